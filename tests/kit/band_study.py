"""Whether a no-trade zone by cost is cheaper than a constant one that tracks as well: on real prices, split in two.

A short of constant dollars has a target that moves with every price. Each zone walks the same prices and pays the
same fee and the same fixed cost for each trade. On the years of the training that aversion is chosen whose tracking
error is that of a constant band. On the years after, the zone is walked again, beside the constant band with the same
tracking error there: one that only hindsight knows. Those figures alone are stated.

`python -m tests.kit.band_study` prints the table.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from agent.hedge import CostZone
from agent.hedge.bound import towards
from agent.hedge.zone import Zone, constant, wandering
from agent.model.words import percent
from agent.records import sheet
from agent.units import Base, Price, Ratio, Usd
from tests.kit.beside import data

SHORT, EXPOSURE = Usd(100_000), Usd(200_000)
"""Of the position, which is constant, and of the coins when the walk begins."""
FEE, FIXED = Ratio("0.0007"), Usd(2)
"""Taker and spread; gas and keeper of one trade."""
EVERY_H = 4
SPLIT = (datetime(2021, 1, 1, tzinfo=UTC), datetime(2023, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
BANDS = tuple(map(Ratio, ("0.01", "0.02", "0.03", "0.05")))
YEAR_H, HOUR_MS = 365 * 24, 3_600_000


Moment: TypeAlias = tuple[int, Price]
"""In milliseconds."""


@dataclass(frozen=True)
class Walked:
    """A year, in shares of the short: what trading cost, and how far off the hedge was."""

    cost: Ratio
    tracking_error: Ratio
    trades: int


Rule: TypeAlias = Callable[[Base, Base, Price], Zone]
"""Target, exposure and price to a zone."""


def by_band(band: Ratio) -> Rule:
    return lambda target, exposure, price: constant(target, band)


def by_tolerance(tolerance: Ratio) -> Rule:
    """1 / aversion: the more of it, the wider."""
    rule = CostZone(aversion=Ratio(1) / tolerance, fixed=FIXED, widest=Ratio("0.5"))
    return lambda target, exposure, price: wandering(rule, target, exposure, price, FEE)


def walk(moments: Sequence[Moment], rule: Rule) -> Walked:
    exposure = EXPOSURE / moments[0][1]
    position, cost, squares, trades = -(SHORT / moments[0][1]), Usd(0), Decimal(0), 0
    for (_, before), (_, now) in pairwise(moments):
        squares += ((position + SHORT / before) * (now - before)).raw ** 2
        target = -(SHORT / now)
        zone, drift = rule(target, exposure, now), target - position
        if abs(drift) > zone.start:
            size = abs(drift) - zone.edge
            cost += size * now * FEE + FIXED
            position += towards(size, drift)
            trades += 1
    years = Decimal(moments[-1][0] - moments[0][0]) / (YEAR_H * HOUR_MS)
    error = (squares / years).sqrt()
    return Walked(cost=cost / SHORT / Ratio(years), tracking_error=Ratio(error / SHORT.raw), trades=trades)


def matched(moments: Sequence[Moment], error: Ratio, rule: Callable[[Ratio], Rule], low: str, high: str) -> Ratio:
    """The parameter between the two whose tracking error on these moments is that one; the error rises with it."""
    least, most = Decimal(low), Decimal(high)
    for _ in range(10):
        middle = Ratio((least * most).sqrt())
        if walk(moments, rule(middle)).tracking_error < error:
            least = middle.raw
        else:
            most = middle.raw
    return Ratio(most)


@dataclass(frozen=True)
class Row:
    band: Ratio
    """Constant, and the tracking error that the training matches."""
    tolerance: Ratio
    """1 / aversion, as the training has it."""
    by_cost: Walked
    constant: Walked
    """After the training: the zone by cost, and the constant band that tracks just as well there, in hindsight."""

    @property
    def saved(self) -> Ratio:
        return Ratio(1) - self.by_cost.cost / self.constant.cost


def study(moments: Sequence[Moment], bands: Sequence[Ratio] = BANDS) -> Iterator[Row]:
    training, test = (_between(moments, *SPLIT[:2]), _between(moments, *SPLIT[1:]))
    for band in bands:
        tolerance = matched(training, walk(training, by_band(band)).tracking_error, by_tolerance, "1e-9", "50")
        tried = walk(test, by_tolerance(tolerance))
        equal = matched(test, tried.tracking_error, by_band, "0.001", "0.4")
        yield Row(band=band, tolerance=tolerance, by_cost=tried, constant=walk(test, by_band(equal)))


def _between(moments: Sequence[Moment], since: datetime, until: datetime) -> list[Moment]:
    start, end = (int(at.timestamp()) * 1000 for at in (since, until))
    return [(at, price) for at, price in moments if start <= at < end]


def moments_of(path: Path, every_h: int = EVERY_H) -> list[Moment]:
    hours = (bar for bar in sheet.bars(path) if bar.at_ms // HOUR_MS % every_h == 0)
    return [(bar.at_ms, bar.spot) for bar in hours if bar.spot]


def table(rows: Sequence[Row]) -> str:
    head = "  trained to  tracking error a year  zone by cost  constant band   saved  trades (by cost, constant)"
    lines = (
        f"  {percent(row.band):>10}  {percent(row.by_cost.tracking_error, 2):>21}  {percent(row.by_cost.cost, 3):>12}"
        f"  {percent(row.constant.cost, 3):>13}  {percent(row.saved, 1):>6}"
        f"  {row.by_cost.trades}, {row.constant.trades}"
        for row in rows
    )
    return "\n".join((head, *lines))


def main() -> int:
    print(table(list(study(moments_of(data("binance_ETH_1h.csv.gz"))))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
