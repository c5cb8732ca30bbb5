"""What the venue holds of ours beside the position: collateral, coins on their way, and what moves with the price."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from agent.model import Address, Holding
from agent.units import Base, Usd
from agent.venues.gmx_v2.seen import Seen
from agent.venues.gmx_v2.structs import INCREASES, PositionInfo


def holdings(seen: Seen, infos: Iterable[PositionInfo]) -> tuple[Holding, ...]:
    """Coins of the market's long token, wherever they stand, and price impact that is owed or due in index coins."""
    infos = tuple(infos)
    listed = {
        "collateral": _long_coins(seen, sum(_collateral(seen, infos))),
        "collateral of open orders": _long_coins(seen, sum(_on_their_way(seen, seen.setup.market.long.address))),
        "claimable funding": _long_coins(seen, _claimable(seen, infos)),
        "pending price impact": seen.setup.coins(sum(_impacts(seen))),
    }
    return tuple(
        Holding(where=seen.setup.name, underlying=seen.setup.market.underlying, amount=amount, asset=what)
        for what, amount in listed.items()
        if amount
    )


def posted_on_the_way(seen: Seen) -> Usd:
    """Collateral that waits in the order vault: it becomes margin, or comes back."""
    return seen.setup.dollars(sum(_on_their_way(seen, seen.setup.collateral)))


def _collateral(seen: Seen, infos: Iterable[PositionInfo]) -> Iterator[int]:
    for info in infos:
        if info.position.collateral_token == seen.setup.market.long.address:
            yield info.position.collateral_amount


def _on_their_way(seen: Seen, token: Address) -> Iterator[int]:
    for _, order in seen.orders:
        if order.order_type in INCREASES and order.initial_collateral_token == token:
            yield order.initial_collateral_delta_amount


def _claimable(seen: Seen, infos: Iterable[PositionInfo]) -> int:
    """What is stored for us, and what each position will add when it is next touched."""
    pending = (info.fees.claimable_long_token_amount for info in infos)
    return seen.found[seen.account.claimable_long] + sum(pending)


def _impacts(seen: Seen) -> Iterator[int]:
    """Settled in index coins as positions are reduced: > 0 is ours."""
    return (position.pending_impact_amount for position in seen.held)


def _long_coins(seen: Seen, amount: int) -> Base:
    """In coins of the index: the long token may be worth more or less than one."""
    market, prices = seen.setup.market, seen.priced.wire
    coins = Decimal(amount).scaleb(-market.long.decimals)
    long = Decimal(prices.long_token_price.min).scaleb(market.long.decimals)
    index = Decimal(prices.index_token_price.min).scaleb(market.index.decimals)
    return Base(coins * long / index)
