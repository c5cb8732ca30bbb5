"""Shows what was recorded of prices, basis, funding and exposure, and where there are holes: policies look at it.

Every run and watch records what it sees. `data load FILE` adds hourly bars from a CSV file, `data fill` asks the
venues for their past. Neither changes what is there already.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli import show
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration, count
from agent.cli.recorded import history_of, series_of
from agent.errors import ConfigError, Exit
from agent.model import Name
from agent.model.plain import plain
from agent.model.times import HOUR_MS
from agent.records import History
from agent.records.overview import Series, overview
from agent.records.sheet import bars, rows

if TYPE_CHECKING:
    from agent.settings import Configuration
    from agent.wiring.filling import Filled

EXAMPLES = """\
  hedgekeeper data                                                   what is there
  hedgekeeper data load ETH_1h.csv.gz --underlying ETH --venue perp   a file of hourly bars
  hedgekeeper data fill --days 200                                   what the venues tell of their past
"""
MOST_DAYS = 400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)
    parser.add_argument("what", nargs="?", choices=("show", "load", "fill"), default="show", help="default: show")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="for load: hourly bars as CSV, or gzipped")
    parser.add_argument("--underlying", metavar="NAME", help="for load: the coin that the file is about")
    parser.add_argument("--venue", metavar="NAME", help="for load: whose market it is of")
    parser.add_argument(
        "--days", type=_days, default=200, metavar="DAYS", help=f"for fill: at most {MOST_DAYS} (default: 200)"
    )


def _days(text: str) -> int:
    if count(text) > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"must be at most {MOST_DAYS}, not {text!r}")
    return count(text)


def main(args: argparse.Namespace) -> Exit:
    settings = configuration(args)
    if args.what != "load" and (args.file or args.underlying or args.venue):
        raise ConfigError(f"data {args.what}: FILE, --underlying and --venue are for `data load`")
    match args.what:
        case "load":
            return _load(args, settings)
        case "fill":
            return _fill(args, settings)
    with History(history_of(settings)) as history:
        found = overview(history)
    print(json.dumps({"series": plain(found)}) if args.json else _shown(found))
    return Exit.DONE


def _shown(found: Sequence[Series]) -> str:
    if not found:
        return "nothing is recorded yet"
    header = ("what", "of", "rows", "from", "to", "holes", "longest", "told by")
    return show.table(map(_row, found), header, left=2)


def _row(each: Series) -> tuple[str, ...]:
    longest = f"{each.longest_ms // HOUR_MS} h" if each.holes else "-"
    ends = (show.moment(at_ms)[:16] for at_ms in (each.first_ms, each.last_ms))
    return (each.what, each.of, f"{each.rows:,}", *ends, f"{each.holes:,}", longest, each.sources.replace(",", ", "))


def _load(args: argparse.Namespace, settings: "Configuration") -> Exit:
    if args.file is None or not args.underlying or not args.venue:
        raise ConfigError("data load: needs FILE, --underlying and --venue: whose market of which coin it is about")
    from agent.settings import history_path

    underlying, found = Name(args.underlying), list(bars(args.file))
    series = series_of(settings, underlying, args.venue)
    with History(history_path(settings)) as history:
        history.fill(rows(found, underlying, *series, args.file.name))
    if args.json:
        print(json.dumps({"hours": len(found), "underlying": underlying, "venue": series[0], "market": series[1]}))
    else:
        print(f"{args.file}: {len(found):,} hours of {underlying}, as {' '.join(series)}")
        print("".join(f"  {note}\n" for note in _unused(settings, underlying, series[0])), end="")
    return Exit.DONE


def _unused(settings: "Configuration", underlying: Name, venue: Name) -> Iterator[str]:
    """What is loaded under a name that nothing else bears may be mistyped."""
    looked_at = {*settings.hedges, *(coin for hedge in settings.hedges.values() for coin in hedge.basket)}
    if underlying not in looked_at:
        yield f"no hedge here looks at {underlying}: only a replay with --underlying {underlying} does"
    if venue not in settings.venues:
        yield f"there is no [venues.{venue}]: only a replay with --venue {venue} looks at its mark and funding"


def _fill(args: argparse.Namespace, settings: "Configuration") -> Exit:
    from agent.settings import history_path
    from agent.wiring import opened
    from agent.wiring.filling import fill

    async def ask() -> list["Filled"]:
        with History(history_path(settings)) as history:
            async with opened(settings) as works:
                now_ms = time.time_ns() // 1_000_000
                return [each async for each in fill(works, history, args.days, now_ms)]

    found = finished(ask())
    if args.json:
        print(json.dumps({"markets": plain(found)}))
    else:
        print("\n".join(map(_filled, found)))
    return Exit.TEMPORARY if any(each.failed for each in found) else Exit.DONE


def _filled(each: "Filled") -> str:
    told = f"{each.venue} {each.market}: {each.payments:,} funding payments, {each.closes:,} hourly prices"
    return f"{told}; {each.why}" if each.why else told
