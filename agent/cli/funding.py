"""Shows what a short earns or costs by being held, at every configured venue: funding and borrow, hourly and yearly.

Positive funding means that longs pay shorts: you RECEIVE. Rates are those of the moment and never compounded; a venue
that tells its past cheaply also shows what was paid in the last days. What runs and `hedgekeeper data` have recorded
shows how unusual the rate is, and which forecasts of it did better than "as today". Reads only: no key is needed.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from agent.cli import record, show
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration, count
from agent.cli.recorded import complain_of
from agent.cli.words import Words
from agent.errors import Exit, worst
from agent.hedge.carry import carry_a_year, hourly, yearly
from agent.model import Gap, Market, Name, Past, Snapshot, View, exit_for, value
from agent.model.plain import plain
from agent.model.times import DAY_MS
from agent.model.words import earns, percent, side
from agent.reading import drive, gapped
from agent.units import Base, Ratio

if TYPE_CHECKING:
    from agent.cli.record import Record
    from agent.wiring import Works
    from agent.wiring.history import Paid

EXAMPLES = """\
  hedgekeeper funding              now, and over the last 7 days where a venue tells
  hedgekeeper funding --days 20    a longer past
  hedgekeeper funding --json       one object; rates with their interval, as strings
"""
HORIZON = 7
"""Days that the forecasts on record are scored over."""
MOST_DAYS = 20
"""Of hours, what fits into one answer."""
SHORT = Base(-1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)
    parser.add_argument(
        "--days", type=_days, default=7, metavar="DAYS", help=f"of history, at most {MOST_DAYS} (default: 7)"
    )


def _days(text: str) -> int:
    if count(text) > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"must be at most {MOST_DAYS}, not {text!r}")
    return count(text)


def main(args: argparse.Namespace) -> Exit:
    from agent.wiring import opened

    settings = configuration(args)

    async def look() -> Funding:
        async with opened(settings) as works:
            found = await _look(works, args.days)
            complain_of(works.records)
            return found

    funding = finished(look())
    print(json.dumps(funding.json()) if args.json else Words(settings=settings).text("\n\n".join(funding.text())))
    return funding.exit


async def _look(works: "Works", days: int) -> "Funding":
    """The venues alone; then, from the same moment, their past."""
    from agent.wiring.history import histories

    moment = await works.house.moment()
    seen = await drive([gapped(venue.name, venue.observe()) for venue in works.house.venues.values()], moment)
    views = tuple(each for each in seen if isinstance(each, View))
    snapshot = Snapshot(views=views, gaps=tuple(each for each in seen if isinstance(each, Gap)))
    since = {view.venue: view.stamp.time_ms - days * DAY_MS for view in views}
    asked = dict(histories(works.settings, since))
    past = await drive([gapped(venue, each) for (venue, _), each in asked.items()], moment)
    return Funding(
        snapshot=snapshot,
        past=dict(zip(asked, past, strict=True)),
        days=days,
        records=tuple(_records(views, works.ledger.memory().past)),
    )


def _records(views: Sequence[View], past: Past) -> "Iterator[Record]":
    """Of every market that has been recorded; with forecasts over HORIZON days."""
    found = (record.record(view, market, past, HORIZON) for view in views for market in view.markets)
    return (each for each in found if each is not None)


@value
class Funding:
    snapshot: Snapshot
    past: "Mapping[tuple[Name, Name], Paid | Gap]"
    days: int
    records: "tuple[Record, ...]" = ()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return (*self.snapshot.gaps, *(found for found in self.past.values() if isinstance(found, Gap)))

    @property
    def exit(self) -> Exit:
        return worst(Exit.DONE, *(exit_for(gap.reason) for gap in self.gaps))

    def json(self) -> dict[str, object]:
        return {
            "exit": int(self.exit),
            "at": plain(self.snapshot.stamps()),
            "days": self.days,
            "markets": [self._market_json(view, market) for view, market in self._markets()],
            "records": [record.json(each) for each in self.records],
            "reasons": plain([gap.reason for gap in self.gaps]),
        }

    def text(self) -> Iterator[str]:
        yield f"at {show.when(self.snapshot)}"
        rows = (_row(view, market) for view, market in self._markets())
        header = ("venue", "market", "funding an hour", "funding a year", "borrow a year", "a short", "position")
        yield show.table(rows, header, left=2)
        yield f"the last {self.days} days, as the venues tell them\n" + "\n".join(self._lines())
        if self.records:
            yield "on our own record\n" + "\n".join(line for each in self.records for line in record.text(each))
        yield from (record.table(each, HORIZON) for each in self.records if each.scores)
        if self.gaps:
            yield f"notes\n{show.reasons(gap.reason for gap in self.gaps)}"

    def _markets(self) -> list[tuple[View, Market]]:
        return [(view, market) for view in self.snapshot.views for market in view.markets]

    def _paid(self, view: View, market: Market) -> "Paid":
        found = self.past.get((view.venue, market.name), ())
        return () if isinstance(found, Gap) else found

    def _lines(self) -> Iterator[str]:
        for view, market in self._markets():
            paid = self._paid(view, market)
            yield f"  {view.venue} {market.name}: {_story(paid) if paid else 'tells no past: only runs record it'}"

    def _market_json(self, view: View, market: Market) -> dict[str, object]:
        carry, paid = carry_a_year(market, SHORT), self._paid(view, market)
        return {
            "venue": view.venue,
            "market": market.name,
            "underlying": market.underlying,
            "position": str(view.size(market.name)),
            "funding": plain(market.funding),
            "borrow": plain(market.borrow),
            "funding_an_hour": str(hourly(market.funding)),
            "funding_a_year": str(yearly(market.funding)),
            "borrow_a_year": str(yearly(market.borrow)),
            "carry_a_year": str(carry),
            "a_short": earns(carry),
            "history": [{"time_ms": at, "rate": plain(rate)} for at, rate in paid] or None,
        }


def _row(view: View, market: Market) -> tuple[str, ...]:
    return (
        view.venue,
        market.name,
        percent(hourly(market.funding), 5),
        percent(yearly(market.funding), 1),
        percent(yearly(market.borrow), 1),
        earns(carry_a_year(market, SHORT)),
        side(view.size(market.name)),
    )


def _story(paid: "Paid") -> str:
    """Like: you RECEIVE 9.1 % a year on average of 168 payments, between -3.2 % and 14 %; 160 of them RECEIVE."""
    rates = [yearly(rate) for _, rate in paid]
    mean = sum(rates, Ratio(0)) / Ratio(Decimal(len(rates)))
    received = sum(rate.sign() > 0 for rate in rates)
    spread = f"between {percent(min(rates), 1)} and {percent(max(rates), 1)}"
    return f"{earns(mean)} on average of {show.times(len(rates), 'payment')}, {spread}; {received} of them RECEIVE"
