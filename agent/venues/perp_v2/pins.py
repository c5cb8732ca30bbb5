"""What the exchange itself says of its contracts: to write a configuration, and to check one that is pinned."""

from collections.abc import Iterator

from agent.evm import Method
from agent.model import Address, Name, value
from agent.model.findings import Finding, Level
from agent.model.words import usd
from agent.reading import Reading
from agent.units import Usd
from agent.venues.perp_v2.methods import DelegateApproval, Erc20
from agent.venues.perp_v2.settings import ContractSettings
from agent.venues.perp_v2.setup import Setup

_CLEARING_HOUSE = {
    "clearing_house_config": Method("getClearingHouseConfig()", "address"),
    "account_balance": Method("getAccountBalance()", "address"),
    "exchange": Method("getExchange()", "address"),
    "vault": Method("getVault()", "address"),
    "delegate_approval": Method("getDelegateApproval()", "address"),
}
_REGISTRY = Method("getMarketRegistry()", "address")
_POOL = Method("getPool(address)", "address")
_COLLATERAL = Method("getSettlementToken()", "address")
_APPROVED = Method("getApprovedActions(address,address)", "uint8")


@value
class Discovered:
    """What is not known of an exchange but its clearing house."""

    contracts: dict[str, str]
    collateral: str
    collateral_decimals: int
    pools: dict[str, str]
    """By base token."""


def discover(source: Name, clearing_house: Address, base_tokens: tuple[Address, ...]) -> Reading[Discovered]:
    """Everything else about the exchange, from its clearing house. Unreadable when that is not one."""
    asked = {name: method.at(source, clearing_house) for name, method in _CLEARING_HOUSE.items()}
    found = yield tuple(asked.values())
    contracts = {"clearing_house": str(clearing_house), **{name: found[read] for name, read in asked.items()}}
    registry = _REGISTRY.at(source, contracts["exchange"])
    collateral = _COLLATERAL.at(source, contracts["vault"])
    found = yield registry, collateral
    pools = {token: _POOL.at(source, found[registry], token) for token in base_tokens}
    decimals = Erc20.DECIMALS.at(source, found[collateral])
    then = yield decimals, *pools.values()
    return Discovered(
        contracts={**contracts, "market_registry": found[registry]},
        collateral=found[collateral],
        collateral_decimals=then[decimals],
        pools={token: then[read] for token, read in pools.items()},
    )


def examine(setup: Setup) -> Reading[tuple[Finding, ...]]:
    """For doctor: the pins against the chain, the delegation, and what a stolen operator key could cost."""
    bases = tuple(market.base_token for market in setup.settings.markets.values())
    said = yield from discover(setup.source, setup.contracts.clearing_house, bases)
    actions = _APPROVED.at(setup.source, setup.contracts.delegate_approval, setup.account, setup.operator)
    reserve = Erc20.BALANCE.at(setup.source, setup.settings.collateral, setup.operator)
    allowance = Method("allowance(address,address)", "uint256").at(
        setup.source, setup.settings.collateral, setup.account, setup.operator
    )
    found = yield actions, reserve, allowance
    at_hand = Usd.from_int(found[reserve], setup.settings.collateral_decimals)
    return (
        *_pins(setup, said),
        _delegation(setup, found[actions]),
        _stolen(setup, at_hand),
        *_loose(setup, found[allowance]),
    )


def _pins(setup: Setup, said: Discovered) -> Iterator[Finding]:
    pinned = {name: getattr(setup.contracts, name) for name in ContractSettings.model_fields}
    wanted: dict[str, tuple[str, str]] = {
        **{f"contracts.{name}": (pin, said.contracts[name]) for name, pin in pinned.items()},
        "collateral": (setup.settings.collateral, said.collateral),
        **{
            f"markets.{name}.pool": (market.pool, said.pools[market.base_token])
            for name, market in setup.settings.markets.items()
        },
    }
    wrong = {key: pair for key, pair in wanted.items() if pair[0].lower() != pair[1].lower()}
    for key, (pin, chain) in wrong.items():
        yield _finding(setup, "fail", f"{key} is pinned to {pin}, but the exchange names {chain}")
    if not wrong:
        yield _finding(setup, "ok", f"all {len(wanted)} pinned contracts are those that the exchange names")


def _delegation(setup: Setup, actions: int) -> Finding:
    if not setup.delegated:
        return _finding(setup, "warn", "operator and account are one: the hot key owns the collateral")
    if actions & DelegateApproval.OPEN_POSITION == 0:
        return _finding(
            setup,
            "fail",
            f"account {setup.account} has not let operator {setup.operator} trade: it must call "
            f"approve({setup.operator}, 1) on {setup.contracts.delegate_approval}, which `hedgekeeper plan` prints",
        )
    if actions != DelegateApproval.OPEN_POSITION:
        return _finding(setup, "warn", f"the delegation is wider than needed: actions {actions}, 1 is enough")
    return _finding(setup, "ok", "the operator may open and reduce, and cannot withdraw")


def _stolen(setup: Setup, reserve: Usd) -> Finding:
    """A delegate cannot withdraw, but may trade the account against itself until its margin is gone."""
    if setup.delegated:
        return _finding(
            setup,
            "warn",
            f"a stolen operator key costs its gas, its reserve of {usd(reserve)}, and at worst the collateral in the "
            f"account by bad trades; it cannot withdraw and cannot reach spot",
        )
    return _finding(setup, "warn", f"a stolen operator key costs its gas, {usd(reserve)}, and all the collateral")


def _loose(setup: Setup, allowance: int) -> Iterator[Finding]:
    if setup.delegated and allowance:
        yield _finding(setup, "fail", "the account has an allowance of collateral for the operator: revoke it")


def _finding(setup: Setup, level: Level, says: str) -> Finding:
    return Finding(subject=f"venue {setup.name}", level=level, says=says)
