"""Walks the pure code of a run through hourly bars of the past: what a policy would have done, and what it would have
cost. Nothing is read from a chain, nothing is signed.

Bars come from a CSV file, or from the history that runs and `hedgekeeper data` have filled. The hedge is the
configuration's, or a policy named here. docs/replay.md says what is assumed and what is left out.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from agent.cli import replayed
from agent.cli.options import add_config, add_json, configuration, count
from agent.cli.recorded import history_of, series_of
from agent.errors import ConfigError, Exit
from agent.hedge import Hedge, Limits, make_policy
from agent.model import Name
from agent.records import Bar, History
from agent.records.sheet import bars
from agent.replay import Conditions, replay
from agent.replay.compare import UNBOUND, compare
from agent.replay.windows import CRASHES
from agent.units import Base, Ratio, Usd

if TYPE_CHECKING:
    from agent.settings import Configuration

Q = TypeVar("Q", Base, Ratio, Usd)
HISTORY = "history"
EXAMPLES = """\
  hedgekeeper replay                                    the configured hedge on the recorded history
  hedgekeeper replay --data ETH.csv.gz --policy full    a file of hourly bars, and a policy by name
  hedgekeeper replay --data ETH.csv.gz --policy partial --set ratio=0.5 --from 2021-01-01 --to 2022-01-01
  hedgekeeper replay --data ETH.csv.gz --policy full --no-fees --no-margin
  hedgekeeper replay --data ETH.csv.gz --compare        every policy over the crashes of 2020 to 2025
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)
    parser.add_argument("--data", default=HISTORY, metavar="FILE", help="hourly bars as CSV (default: history)")
    parser.add_argument("--underlying", metavar="NAME", help="default: that of the only hedge configured")
    parser.add_argument("--venue", metavar="NAME", help="whose market of the history (default: the hedge's first)")
    tried = parser.add_mutually_exclusive_group()
    tried.add_argument("--policy", metavar="NAME", help="in place of the configured hedge")
    tried.add_argument("--compare", action="store_true", help="all policies over the crashes of 2020 to 2025")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a parameter of the policy")
    parser.add_argument("--band", type=_number(Ratio), metavar="SHARE", help="of the policy (default: 0.02)")
    parser.add_argument("--basis", choices=("units", "notional"), default="units", help="default: units")
    parser.add_argument("--from", dest="since", type=_date, metavar="DATE", help="like 2021-01-01, UTC")
    parser.add_argument("--to", dest="until", type=_date, metavar="DATE", help="until that midnight")
    parser.add_argument("--every", type=count, default=1, metavar="HOURS", help="between two runs (default: 1)")
    _add_conditions(parser)


def _add_conditions(parser: argparse.ArgumentParser) -> None:
    usual = Conditions()
    coins, share, usd = _number(Base, above_zero=True), _number(Ratio), _number(Usd)
    parser.add_argument("--coins", type=coins, metavar="N", default=usual.amount, help="default: 10")
    parser.add_argument("--capital", type=usd, metavar="USD", help="the reserve (default: what the coins are worth)")
    parser.add_argument("--fee", type=share, metavar="SHARE", default=usual.fee, help=f"default: {usual.fee}")
    parser.add_argument(
        "--slippage", type=share, metavar="SHARE", default=usual.slippage, help=f"default: {usual.slippage}"
    )
    parser.add_argument("--lot", type=coins, metavar="N", default=usual.lot, help=f"default: {usual.lot}")
    parser.add_argument("--no-fees", action="store_true", help="neither fees nor slippage")
    parser.add_argument("--no-margin", action="store_true", help="collateral without end: nothing is liquidated")


def _date(text: str) -> int:
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a date like 2021-01-01, not {text!r}") from None


def _number(kind: type[Q], *, above_zero: bool = False) -> Callable[[str], Q]:
    def read(text: str) -> Q:
        try:
            found = kind(text)
        except (ArithmeticError, ValueError):
            found = kind(-1)
        if found < kind(0) or (above_zero and not found):
            wanted = "above 0" if above_zero else "at least 0"
            raise argparse.ArgumentTypeError(f"must be a number {wanted}, not {text!r}")
        return found

    return read


def main(args: argparse.Namespace) -> Exit:
    told = _comparison(args) if args.compare else _replay(args)
    print(json.dumps(told) if args.json else told)
    return Exit.DONE


def _replay(args: argparse.Namespace) -> object:
    hedge, limits = _hedge(args)
    if args.since is not None and args.until is not None and args.since >= args.until:
        raise ConfigError("--from, --to: the one must be before the other")
    result = replay(_bars(args, hedge.underlying), hedge, limits, _conditions(args), args.since or 0)
    if result is None:
        dates = " between --from and --to" if args.since or args.until else ""
        there = "; `hedgekeeper data` shows what is recorded" if args.data == HISTORY else ""
        raise ConfigError(f"{args.data}: no hour{dates} has a price of both the coin and its perpetual{there}")
    return replayed.json_of(result) if args.json else replayed.text(hedge, result)


def _comparison(args: argparse.Namespace) -> object:
    underlying = _underlying(args)
    found = list(compare(list(_bars(args, underlying)), CRASHES, underlying, _conditions(args)))
    if not found:
        raise ConfigError(f"{args.data}: its bars reach none of {', '.join(each.name for each in CRASHES)}")
    return replayed.comparison_json(found) if args.json else replayed.comparison(underlying, found)


def _hedge(args: argparse.Namespace) -> tuple[Hedge, Limits]:
    """As configured, or with the policy that is named: then a file needs no configuration at all."""
    parameters = dict(map(_parameter, args.set))
    if args.policy is not None:
        policy = make_policy(args.policy, parameters)
        hedge = Hedge(underlying=_underlying(args), policy=policy, wallets=(), venues=(), basis=args.basis)
        return (hedge if args.band is None else replace(hedge, band=args.band)), UNBOUND
    if parameters or args.band is not None:
        raise ConfigError("--set, --band: are for the policy that --policy names; the configured hedge has its own")
    return _configured(args)


def _configured(args: argparse.Namespace) -> tuple[Hedge, Limits]:
    from agent.wiring import hedging

    settings = configuration(args)
    name = Name(args.underlying or _only(settings))
    found = [each for each in hedging.hedges(settings) if each.underlying == name]
    if not found:
        raise ConfigError(f"there is no [hedges.{name}]; known: {', '.join(settings.hedges)}")
    return found[0], hedging.limits(settings)


def _underlying(args: argparse.Namespace) -> Name:
    """A file does not say of what it is."""
    if args.underlying:
        return Name(args.underlying)
    return _only(configuration(args)) if args.data == HISTORY else Name("COIN")


def _parameter(text: str) -> tuple[str, str]:
    key, equals, given = text.partition("=")
    if not equals:
        raise ConfigError(f"--set {text}: must be KEY=VALUE, like ratio=0.5")
    return key, given


def _only(settings: "Configuration") -> Name:
    if len(settings.hedges) > 1:
        raise ConfigError(f"--underlying: name one of {', '.join(settings.hedges)}")
    return next(iter(settings.hedges))


def _bars(args: argparse.Namespace, underlying: Name) -> Iterator[Bar]:
    found = _recorded(args, underlying) if args.data == HISTORY else bars(Path(args.data))
    return (bar for bar in found if args.until is None or bar.at_ms <= args.until)


def _recorded(args: argparse.Namespace, underlying: Name) -> Iterator[Bar]:
    settings = configuration(args)
    path, series = history_of(settings), series_of(settings, underlying, args.venue)
    with History(path) as history:
        yield from history.bars(underlying, *series)


def _conditions(args: argparse.Namespace) -> Conditions:
    return Conditions(
        amount=args.coins,
        capital=args.capital,
        fee=Ratio(0) if args.no_fees else args.fee,
        slippage=Ratio(0) if args.no_fees else args.slippage,
        lot=args.lot,
        margin=not args.no_margin,
        every=args.every,
    )
