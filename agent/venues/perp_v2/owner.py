"""What only the account itself may sign, as calls ready for a wallet or a Safe."""

from agent.model import Address, OwnerCall, View
from agent.model.words import price, usd
from agent.units import Price, Usd, quote_bound
from agent.venues.perp_v2.methods import NO_REFERRAL, WAD, ClearingHouse, DelegateApproval, Erc20, Vault
from agent.venues.perp_v2.setup import Setup

TTL_MS = 3_600_000
"""A person with a hardware wallet or a Safe needs longer than a program."""


def delegate(setup: Setup) -> OwnerCall:
    data = DelegateApproval.APPROVE.data(setup.operator, DelegateApproval.OPEN_POSITION)
    why = f"lets {setup.operator} open and reduce positions for the account; it can never withdraw"
    return _call(setup, setup.contracts.delegate_approval, data, why)


def revoke(setup: Setup) -> OwnerCall:
    data = DelegateApproval.REVOKE.data(setup.operator, DelegateApproval.OPEN_POSITION)
    return _call(
        setup, setup.contracts.delegate_approval, data, f"takes the permission to trade from {setup.operator}"
    )


def post(setup: Setup, amount: Usd) -> tuple[OwnerCall, OwnerCall]:
    """The account's own coins as collateral."""
    token, vault = setup.settings.collateral, setup.contracts.vault
    units = amount.to_int(setup.settings.collateral_decimals)
    return (
        _call(setup, token, Erc20.APPROVE.data(vault, units), f"lets the vault take {usd(amount)} of collateral"),
        _call(setup, vault, Vault.DEPOSIT.data(token, units), f"posts {usd(amount)} of collateral"),
    )


def withdraw(setup: Setup, amount: Usd) -> OwnerCall:
    """To the account: the vault pays nobody else. Rounded down to the coin's own unit."""
    units = amount.to_int(setup.settings.collateral_decimals)
    data = Vault.WITHDRAW.data(setup.settings.collateral, units)
    return _call(setup, setup.contracts.vault, data, f"withdraws {amount} USD of collateral to the account")


def close(setup: Setup, view: View, worst: dict[str, Price], expires_ms: int) -> tuple[OwnerCall, ...]:
    """Closes each position that `worst` names whole, at no worse than that on average, fees included."""
    calls = []
    for position in view.positions:
        if position.market not in worst:
            continue
        each = worst[position.market]
        bound = quote_bound(-position.size, each, WAD)
        base = setup.settings.markets[position.market].base_token
        data = ClearingHouse.CLOSE.data((base, 0, bound, expires_ms // 1000, NO_REFERRAL))
        why = f"closes the position of {position.size} {position.market}, at no worse than {price(each)} USD each"
        calls.append(_call(setup, setup.contracts.clearing_house, data, why))
    return tuple(calls)


def _call(setup: Setup, to: Address, data: bytes, why: str) -> OwnerCall:
    return OwnerCall(chain_id=setup.chain_id, sender=setup.account, to=to, data=data, why=why)
