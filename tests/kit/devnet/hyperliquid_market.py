"""What happens at the exchange beside the local chain: prices move, hours pass, and what can go wrong does."""

from decimal import Decimal
from typing import Any
from urllib.error import URLError

from tests.kit.devnet import feeds
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.hyperliquid import COIN
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.hyperliquid.control import ControlError, drive
from tests.kit.hyperliquid.faults import Kind

LOWEST, HIGHEST = 100, 40_000
_QUARTER_S = 15 * 60
_LOT = Decimal("0.0001")


def set_price(devnet: Devnet, price: Decimal, *, only: Side | None = None) -> None:
    """ETH / USD becomes `price` on both sides, or on one of them; the exchange's oracle, mark and book together."""
    if not LOWEST <= price <= HIGHEST:
        raise DevnetError(f"{price} is not between {LOWEST} and {HIGHEST}.")
    if only is not Side.EXCHANGE:
        feeds.answer(devnet, "outside_eth_usd", price)
    if only is not Side.OUTSIDE:
        tell(devnet, "set_price", coin=COIN, price=price)


def refresh_feeds(devnet: Devnet) -> None:
    feeds.refresh(devnet)


def pass_hour(devnet: Devnet) -> None:
    """Feeds stay fresh. The exchange, which has the chain's time, settles its funding on the way."""
    for _ in range(4):
        devnet.chain.warp(_QUARTER_S)
        refresh_feeds(devnet)


def describe(devnet: Devnet) -> str:
    """One line on where ETH / USD stands."""
    oracle, mark = map(Decimal, tell(devnet, "prices", coin=COIN))
    outside = feeds.last(devnet, "outside_eth_usd")
    return f"ETH / USD: oracle {oracle:.2f}, mark {mark:.2f}, outside {outside:.2f}"


def position(devnet: Devnet) -> Decimal:
    """As the exchange knows it, dark or not."""
    return Decimal(tell(devnet, "position", user=devnet.address(Role.ACCOUNT), coin=COIN))


def go_dark(devnet: Devnet) -> None:
    """Nothing arrives any more: no question, no order."""
    for path in ("/info", "/exchange"):
        tell(devnet, "inject", kind=Kind.DROP_BEFORE, path=path, times=None)


def come_back(devnet: Devnet) -> None:
    tell(devnet, "clear_faults")


def drop_next(devnet: Devnet) -> None:
    """The next order is carried out, and the connection breaks before the answer."""
    tell(devnet, "inject", kind=Kind.DROP_AFTER, only=["order"])


def deleverage(devnet: Devnet) -> None:
    """Half of the position, because somebody else's loss must be met."""
    half = (abs(position(devnet)) / 2).quantize(_LOT)
    if not half:
        raise DevnetError("There is no position to deleverage.")
    tell(devnet, "deleverage", user=devnet.address(Role.ACCOUNT), coin=COIN, size=half)


def liquidate(devnet: Devnet) -> None:
    """The position, at market, whatever its margin."""
    if not position(devnet):
        raise DevnetError("There is no position to liquidate.")
    tell(devnet, "liquidate", user=devnet.address(Role.ACCOUNT), coin=COIN)


def tell(devnet: Devnet, command: str, **arguments: Any) -> Any:
    """One of the exchange's own commands, in whatever process it is."""
    if not devnet.hyperliquid:
        raise DevnetError(f"There is no Hyperliquid beside the chain at {devnet.url} ({devnet.kind}).")
    try:
        return drive(devnet.hyperliquid, command, **arguments)
    except ControlError as error:
        raise DevnetError(f"The exchange at {devnet.hyperliquid}: {error}") from None
    except URLError as error:
        raise DevnetError(f"The exchange at {devnet.hyperliquid} does not answer: {error.reason}.") from None
