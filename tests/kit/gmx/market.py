"""What happens on the local market of GMX v2: prices move, hours pass."""

from decimal import Decimal

from tests.kit.devnet import feeds
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.gmx import keeper

LOWEST, HIGHEST = 100, 40_000
_QUARTER_S = 15 * 60


def set_price(devnet: Devnet, price: Decimal, *, only: Side | None = None) -> None:
    """ETH / USD becomes `price` on both sides, or on one of them; keepers execute at the exchange's."""
    if not LOWEST <= price <= HIGHEST:
        raise DevnetError(f"{price} is not between {LOWEST} and {HIGHEST}.")
    if only is not Side.EXCHANGE:
        feeds.answer(devnet, "outside_eth_usd", price)
    if only is not Side.OUTSIDE:
        feeds.answer(devnet, "exchange_eth_usd", price)
        keeper.set_price(devnet.gmx, price)


def refresh_feeds(devnet: Devnet) -> None:
    feeds.refresh(devnet)


def pass_hour(devnet: Devnet) -> None:
    """Feeds stay fresh. The exchange counts funding by the second, whether anybody trades or not."""
    for _ in range(4):
        devnet.chain.warp(_QUARTER_S)
        refresh_feeds(devnet)


def disable(devnet: Devnet) -> None:
    """No order of the market is executed any more, nor taken; what stands there stays, and can be read."""
    keeper.set_bool(devnet.gmx, True, "IS_MARKET_DISABLED", devnet.gmx.at("EthMarket"))


def enable(devnet: Devnet) -> None:
    keeper.set_bool(devnet.gmx, False, "IS_MARKET_DISABLED", devnet.gmx.at("EthMarket"))


def deleverage(devnet: Devnet) -> None:
    """Half of the account's short, by a keeper, because the pool could not pay what it has won."""
    reader, account = devnet.contract("Reader").functions, devnet.address(Role.ACCOUNT)
    held = reader.getAccountPositions(devnet.exchange["DataStore"], account, 0, 1).call()
    if not held:
        raise DevnetError("There is no position to deleverage.")
    keeper.adl(devnet.gmx, account, held[0][1][0] // 2)


def describe(devnet: Devnet) -> str:
    """One line on where ETH / USD stands."""
    low, high = (Decimal(bound).scaleb(18 - 30) for bound in keeper.price(devnet.gmx, "WETH"))
    exchange, outside = feeds.last(devnet, "exchange_eth_usd"), feeds.last(devnet, "outside_eth_usd")
    return f"ETH / USD: keepers {(low + high) / 2:.2f}, feed {exchange:.2f}, outside {outside:.2f}"
