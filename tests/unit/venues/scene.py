"""A written-down Perp v2: one market, one account, every answer a figure that a test may change."""

import asyncio
from math import isqrt
from typing import Any

from agent.evm import Method
from agent.evm_slot import evm_lane
from agent.model import Address, Name, Stamp, Terms, View, value
from agent.reading import drive
from agent.venues.perp_v2 import methods
from agent.venues.perp_v2.settings import PerpV2Settings
from agent.venues.perp_v2.venue import PerpV2
from tests.kit.scripted import Script

CHAIN, PERP, ETH = Name("optimism"), Name("perp"), Name("ETH")
WAD, USDC = 10**18, 10**6


def root(price: int) -> int:
    """As the pool states a price: its square root times 2**96."""
    return isqrt(price * 2**192)


def address(n: int) -> Address:
    """All digits, so that it is its own checksum."""
    return Address(f"0x{n:040d}")


OPERATOR, ACCOUNT, COLLATERAL, BASE, POOL, OTHER_BASE = map(address, range(1, 7))
CLEARING_HOUSE, CONFIG, BALANCES, EXCHANGE, REGISTRY, VAULT, DELEGATES = map(address, range(11, 18))


@value
class Scene:
    """A short of 5 ETH with 10,000 USDC behind it, in the exchange's own integers."""

    operator: Address = OPERATOR
    size: int = -5 * WAD
    open_notional: int = 9_900_020_000_000_000_000_000
    mark: int = 2_001 * WAD
    index: int = 2_000 * WAD
    index_twap: int = 2_000 * WAD
    market_twap: int = root(2_000)
    twap_s: int = 900
    spot: int = root(2_000)
    liquidity: int = 10**24
    fee: int = 1_000
    pool: Address = POOL
    is_open: bool = True
    max_ticks: int = 1_000
    equity: int = 9_900_840_000
    free: int = 8_900_920_000
    open_margin: int = 8_900_930_000
    reserve: int = 60_000 * USDC
    decimals: int = 6
    paused: bool = False
    vault_paused: bool = False
    may_open: bool = True
    base_tokens: tuple[Address, ...] = (BASE,)
    has_order: bool = False


def perp_v2(operator: Address = OPERATOR) -> PerpV2:
    settings = PerpV2Settings.model_validate(
        {
            "kind": "perp-v2",
            "chain": CHAIN,
            "account": ACCOUNT,
            "operator": "hot",
            "collateral": COLLATERAL,
            "contracts": {
                "clearing_house": CLEARING_HOUSE,
                "clearing_house_config": CONFIG,
                "account_balance": BALANCES,
                "exchange": EXCHANGE,
                "market_registry": REGISTRY,
                "vault": VAULT,
                "delegate_approval": DELEGATES,
            },
            "markets": {"ETH": {"underlying": "ETH", "base_token": BASE, "pool": POOL}},
        }
    )
    lane = evm_lane(10, operator)
    return PerpV2(name=PERP, lane=lane, chain_id=10, operator=operator, confirmations=2, settings=settings)


def script(scene: Scene) -> Script:
    written = Script(CHAIN)
    _write_account(written, scene)
    _write_market(written, scene)
    for interval in (900, scene.twap_s):
        written.call(methods.Exchange.MARKET_TWAP, EXCHANGE, BASE, interval, returns=[scene.market_twap])
        written.call(methods.BaseToken.INDEX, BASE, interval, returns=[scene.index_twap])
    return written


def look(scene: Scene) -> tuple[View, Script]:
    written = script(scene)
    [view] = asyncio.run(drive([perp_v2(scene.operator).observe()], written))
    return view, written


def _write_account(written: Script, scene: Scene) -> None:
    answers: tuple[tuple[Method, Address, tuple[object, ...], Any], ...] = (
        (methods.Config.INITIAL_MARGIN, CONFIG, (), 100_000),
        (methods.Config.MAINTENANCE_MARGIN, CONFIG, (), 62_500),
        (methods.Config.MAX_FUNDING, CONFIG, (), 100_000),
        (methods.Config.TWAP_INTERVAL, CONFIG, (), scene.twap_s),
        (methods.ClearingHouse.PAUSED, CLEARING_HOUSE, (), scene.paused),
        (methods.Vault.PAUSED, VAULT, (), scene.vault_paused),
        (methods.Vault.ACCOUNT_VALUE, VAULT, (ACCOUNT,), scene.equity),
        (methods.Vault.FREE, VAULT, (ACCOUNT,), scene.open_margin),
        (methods.Vault.WITHDRAWABLE, VAULT, (ACCOUNT, COLLATERAL), scene.free),
        (methods.Erc20.BALANCE, COLLATERAL, (scene.operator,), scene.reserve),
        (methods.Erc20.DECIMALS, COLLATERAL, (), scene.decimals),
        (methods.DelegateApproval.MAY_OPEN, DELEGATES, (ACCOUNT, scene.operator), scene.may_open),
        (methods.AccountBalance.BASE_TOKENS, BALANCES, (ACCOUNT,), scene.base_tokens),
        (methods.AccountBalance.HAS_ORDER, BALANCES, (ACCOUNT,), scene.has_order),
    )
    for method, to, arguments, answer in answers:
        written.call(method, to, *arguments, returns=[answer])


def _write_market(written: Script, scene: Scene) -> None:
    written.call(methods.AccountBalance.SIZE, BALANCES, ACCOUNT, BASE, returns=[scene.size])
    written.call(methods.AccountBalance.OPEN_NOTIONAL, BALANCES, ACCOUNT, BASE, returns=[scene.open_notional])
    written.call(methods.AccountBalance.MARK, BALANCES, BASE, returns=[scene.mark])
    written.call(methods.BaseToken.INDEX, BASE, 0, returns=[scene.index])
    written.call(methods.BaseToken.IS_OPEN, BASE, returns=[scene.is_open])
    written.call(methods.Exchange.MAX_TICKS, EXCHANGE, BASE, returns=[scene.max_ticks])
    registered = [scene.pool, scene.fee, 10_000, 100_000, 100_000]
    written.call(methods.MarketRegistry.MARKET, REGISTRY, ACCOUNT, BASE, returns=registered)
    written.call(methods.Pool.SLOT0, POOL, returns=[scene.spot, 0, 0, 0, 0, 0, True])
    written.call(methods.Pool.LIQUIDITY, POOL, returns=[scene.liquidity])


TERMS = Terms(
    lane=perp_v2().lane,
    stamp=Stamp(source=CHAIN, time_ms=1_800_000_000_000),
    nonce=7,
    max_fee=30,
    tip=2,
    ceiling=100,
    expires_ms=1_800_000_180_999,
)
