"""What the Chainlink-style feeds of the local chain answer."""

from decimal import Decimal
from enum import StrEnum

from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet


class Side(StrEnum):
    """Whose price of ETH: each has a feed of its own, so that they can be moved apart."""

    EXCHANGE = "exchange"
    OUTSIDE = "outside"


def answer(devnet: Devnet, feed: str, price: Decimal, *, age_s: int = 0) -> None:
    """Writes one round; with an age it is stale from the start."""
    devnet.chain.warp(1)  # Two rounds of one second are one round to the exchange.
    _write(devnet, feed, price, devnet.chain.now() - age_s)


def last(devnet: Devnet, feed: str) -> Decimal:
    aggregator = devnet.feed(feed)
    answered: int = aggregator.functions.latestRoundData().call()[1]
    return Decimal(answered).scaleb(-aggregator.functions.decimals().call())


def refresh(devnet: Devnet) -> None:
    """Every feed answers again what it answered last."""
    now = devnet.chain.now()
    for feed in devnet.feeds:
        _write(devnet, feed, last(devnet, feed), now)


def _write(devnet: Devnet, feed: str, price: Decimal, written_at: int) -> None:
    aggregator = devnet.feed(feed)
    scaled = int(price.scaleb(aggregator.functions.decimals().call()))
    deployer = devnet.address(Role.DEPLOYER)
    devnet.chain.send(aggregator, "set_answer(int256,uint256)", scaled, written_at, sender=deployer)
