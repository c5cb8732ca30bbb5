"""One look as rows of the history. Pure."""

from collections.abc import Iterator, Sequence

from agent.hedge.carry import hourly
from agent.hedge.outside import fresh
from agent.model import HedgeState, Name, Rate, Snapshot
from agent.model.times import HOUR_S
from agent.records.rows import BorrowRow, ExposureRow, FundingRow, MarkRow, PriceRow, Rows


def rows_of(snapshot: Snapshot, hedges: Sequence[HedgeState] = ()) -> Rows:
    """What markets showed, and the exposures that the plan believed."""
    return Rows(
        prices=tuple(_prices(snapshot)),
        marks=tuple(_marks(snapshot)),
        funding=tuple(_funding(snapshot)),
        borrows=tuple(_borrows(snapshot)),
        exposures=tuple(_exposures(snapshot, hedges)),
    )


def _prices(snapshot: Snapshot) -> Iterator[PriceRow]:
    """Of each underlying the first fresh outside price; where there is none, the index of the first venue."""
    told = set[Name]()
    for quote in snapshot.quotes:
        if fresh(quote) and quote.underlying not in told:
            told.add(quote.underlying)
            yield PriceRow(
                underlying=quote.underlying, at_ms=quote.stamp.time_ms, price=quote.price, source=quote.source
            )
    for view in snapshot.views:
        for market in view.markets:
            if market.underlying not in told:
                told.add(market.underlying)
                yield PriceRow(
                    underlying=market.underlying,
                    at_ms=view.stamp.time_ms,
                    price=market.index,
                    source=f"index of {view.venue}",
                )


def _marks(snapshot: Snapshot) -> Iterator[MarkRow]:
    for view in snapshot.views:
        for market in view.markets:
            yield MarkRow(
                venue=view.venue,
                market=market.name,
                at_ms=view.stamp.time_ms,
                mark=market.mark,
                index=market.index,
                source="seen",
            )


def _funding(snapshot: Snapshot) -> Iterator[FundingRow]:
    """As what an hour takes at the rate that stands: the sum over the hours is then what a day took."""
    for view in snapshot.views:
        for market in view.markets:
            yield FundingRow(
                venue=view.venue,
                market=market.name,
                at_ms=view.stamp.time_ms,
                rate=Rate(value=hourly(market.funding), interval_s=HOUR_S),
                settled=False,
                source="seen",
            )


def _borrows(snapshot: Snapshot) -> Iterator[BorrowRow]:
    for view in snapshot.views:
        for market in view.markets:
            yield BorrowRow(
                venue=view.venue,
                market=market.name,
                at_ms=view.stamp.time_ms,
                an_hour=hourly(market.borrow),
                source="seen",
            )


def _exposures(snapshot: Snapshot, hedges: Sequence[HedgeState]) -> Iterator[ExposureRow]:
    at_ms = snapshot.time_ms()
    for state in hedges:
        yield ExposureRow(underlying=state.underlying, at_ms=at_ms, amount=state.exposure, source="plan")
