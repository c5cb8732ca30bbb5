"""Our positions in the market, in units: what they hold, what they are worth, where they would be liquidated."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from agent.model import Name, Position
from agent.units import Base, Price, Usd
from agent.venues.gmx_v2 import margin
from agent.venues.gmx_v2.seen import Seen
from agent.venues.gmx_v2.setup import USD
from agent.venues.gmx_v2.structs import PositionInfo


def positions(seen: Seen, infos: Iterable[PositionInfo]) -> Iterator[Position]:
    """Short < 0. The entry price is dollars at entry for each coin, impact not settled yet left aside."""
    for info in infos:
        size = seen.setup.coins(info.position.size_in_tokens)
        if size:
            yield Position(
                market=name_of(seen, info),
                size=size if info.position.is_long else -size,
                entry=Price(seen.setup.dollars_of(info.position.size_in_usd).raw / size.raw),
                liquidation=None if info.position.is_long else liquidation(seen, info),
            )


def equity(seen: Seen, infos: Iterable[PositionInfo]) -> Usd:
    """What closing everything now would leave, in US dollars: collateral, result, impact and costs.

    Margin is isolated: beside ours, another position counts with no more for each coin than ours has, so that the
    leverage of the whole never looks better than that of ours.
    """
    worth = [(info, _worth(seen, info), seen.setup.coins(info.position.size_in_tokens)) for info in infos]
    ours = next((Price(usd.raw / size.raw) for info, usd, size in worth if seen.manages(info.position)), None)
    return sum((usd if ours is None else min(usd, size * ours) for _, usd, size in worth), Usd(0))


def liquidation(seen: Seen, info: PositionInfo) -> Price | None:
    found, reads, setup = seen.found, seen.market, seen.setup
    required = margin.Requirement(
        least=setup.dollars_of(found[reads.least_collateral]),
        factor=setup.ratio(found[reads.liquidation_factor]),
        most_impact=setup.ratio(found[reads.liquidation_impact]),
    )
    in_index = info.position.collateral_token == setup.market.index.address
    return margin.liquidation_price(_short(seen, info), required, in_index=in_index)


def _short(seen: Seen, info: PositionInfo) -> margin.Short:
    setup, fees, price = seen.setup, info.fees, _collateral_price(seen, info)
    return margin.Short(
        size=setup.coins(info.position.size_in_tokens),
        notional=setup.dollars_of(info.position.size_in_usd),
        collateral=_units(seen, info, info.position.collateral_amount - fees.funding_fee_amount),
        collateral_price=price,
        costs=_units(seen, info, fees.total_cost_amount_excluding_funding) * price,
        impact=setup.dollars_of(info.execution_price_result.price_impact_usd),
        pending=setup.coins(info.position.pending_impact_amount),
    )


def _worth(seen: Seen, info: PositionInfo) -> Usd:
    left = _units(seen, info, info.position.collateral_amount - info.fees.total_cost_amount)
    return left * _collateral_price(seen, info) + seen.setup.dollars_of(info.pnl_after_price_impact_usd)


def _units(seen: Seen, info: PositionInfo, amount: int) -> Base:
    """Coins of the collateral."""
    return Base.from_int(amount, _decimals(seen, info))


def _decimals(seen: Seen, info: PositionInfo) -> int:
    market = seen.setup.market
    long = info.position.collateral_token == market.long.address
    return market.long.decimals if long else market.short.decimals


def _collateral_price(seen: Seen, info: PositionInfo) -> Price:
    """Dollars of one coin, at the lower price."""
    return Price(Decimal(info.fees.collateral_token_price.min).scaleb(_decimals(seen, info) - USD))


def name_of(seen: Seen, info: PositionInfo) -> Name:
    return seen.setup.name_of(info.position.collateral_token, is_long=info.position.is_long)
