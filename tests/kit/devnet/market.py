"""What happens on the local market of Perp v2: prices move, the pool follows, hours pass, coins come and go."""

from collections.abc import Iterator
from decimal import Decimal

from tests.kit.devnet import feeds
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.perp_v2 import MAX_UINT256, sqrt_price_x96
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet

answer = feeds.answer
LOWEST, HIGHEST = 100, 40_000
_PRICE_CHECK_S = 16  # The pool may move 1,000 ticks from the tick that the exchange notes every 15 s.
_MAX_STEP = Decimal("1.08")  # 770 ticks
_CLOSE = 10**12  # Nearer than this share of the price, there is nothing left to swap.
_UNBOUNDED = 10**27
_QUARTER_S = 15 * 60


def set_price(devnet: Devnet, price: Decimal, *, only: Side | None = None) -> None:
    """ETH / USD becomes `price` on both sides, or on one of them.

    Where it is the exchange's, the index walks there, the arbitrageur takes the pool along, and the mark price
    follows within the minute.
    """
    if not LOWEST <= price <= HIGHEST:
        raise DevnetError(f"{price} is not between {LOWEST} and {HIGHEST}, where the maker quotes.")
    if only is not Side.EXCHANGE:
        answer(devnet, "outside_eth_usd", price)
    if only is not Side.OUTSIDE:
        for step in _steps(feeds.last(devnet, "exchange_eth_usd"), price):
            devnet.chain.warp(_PRICE_CHECK_S)
            answer(devnet, "exchange_eth_usd", step)
            note_index(devnet)
            _arbitrage(devnet, step)
        pass_time(devnet, 60)


def _steps(start: Decimal, end: Decimal) -> Iterator[Decimal]:
    """At least one: the pool may have left an index that stays."""
    yield (start := _towards(end, start, _MAX_STEP))
    while start != end:
        yield (start := _towards(end, start, _MAX_STEP))


def _towards(end: Decimal, start: Decimal, factor: Decimal) -> Decimal:
    return min(max(end, start / factor), start * factor)


def refresh_feeds(devnet: Devnet) -> None:
    """Every feed answers again what it answered last."""
    feeds.refresh(devnet)
    note_index(devnet)


def note_index(devnet: Devnet) -> None:
    """The exchange takes its index price over from the feed."""
    dispatcher = devnet.contract("PriceFeedDispatcher")
    devnet.chain.send(dispatcher, "dispatchPrice", _QUARTER_S, sender=devnet.address(Role.STRANGER))


def pass_time(devnet: Devnet, seconds: int) -> None:
    devnet.chain.warp(seconds)
    refresh_feeds(devnet)


def pass_hour(devnet: Devnet) -> None:
    """Feeds stay fresh, and the maker keeps the exchange's funding settled, each quarter of the hour."""
    maker = devnet.address(Role.MAKER)
    for _ in range(4):
        pass_time(devnet, _QUARTER_S)
        devnet.chain.send(devnet.contract("ClearingHouse"), "settleAllFunding", maker, sender=maker)


def trade_pool_to(devnet: Devnet, price: Decimal) -> None:
    """The arbitrageur trades the pool to `price`, whatever the index says."""
    devnet.chain.warp(_PRICE_CHECK_S)
    _arbitrage(devnet, price)


def _arbitrage(devnet: Devnet, price: Decimal) -> None:
    """In as many steps as the exchange's price limit asks for."""
    target, factor = sqrt_price_x96(price), _MAX_STEP.sqrt()
    while abs((current := _pool_sqrt_price(devnet)) - target) > target // _CLOSE:
        step = int(_towards(Decimal(target), Decimal(current), factor))
        _swap_until(devnet, step, falling=target < current)
        if step != target:
            devnet.chain.warp(_PRICE_CHECK_S)


def _swap_until(devnet: Devnet, sqrt_price: int, *, falling: bool) -> None:
    order = (devnet.exchange["BaseToken"], falling, True, _UNBOUNDED, 0, MAX_UINT256, sqrt_price, bytes(32))
    arbitrageur = devnet.address(Role.ARBITRAGEUR)
    devnet.chain.send(devnet.contract("ClearingHouse"), "openPosition", order, sender=arbitrageur)


def _pool_sqrt_price(devnet: Devnet) -> int:
    sqrt_price: int = devnet.contract("UniswapV3Pool").functions.slot0().call()[0]
    return sqrt_price


def describe(devnet: Devnet) -> str:
    """One line on where ETH / USD stands."""
    mark = devnet.contract("AccountBalance").functions.getMarkPrice(devnet.exchange["BaseToken"]).call()
    exchange, outside = feeds.last(devnet, "exchange_eth_usd"), feeds.last(devnet, "outside_eth_usd")
    return f"ETH / USD: index {exchange:.2f}, mark {Decimal(mark).scaleb(-18):.2f}, outside {outside:.2f}"
