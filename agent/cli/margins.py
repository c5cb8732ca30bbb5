"""How long positions last, what a rise would do to them, and what a hedge would need: in tables and as JSON."""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from agent.cli import show
from agent.cli.loop import finished
from agent.cli.recorded import complain_of
from agent.cli.words import Words
from agent.errors import Exit, worst
from agent.hedge.capital import SET_ASIDE, Need, Planner
from agent.hedge.runway import Runway, runways
from agent.hedge.stress import Stressed, stress
from agent.model import Past, Plan, Snapshot, exit_for, value
from agent.model.plain import plain
from agent.model.words import gas_coin, percent, side, usd
from agent.units import Ratio, Usd

if TYPE_CHECKING:
    from agent.settings import Configuration

IDLE_RATE = Ratio("0.05")


def of(snapshot: Snapshot, past: Past, settings: "Configuration") -> tuple[Runway, ...]:
    """Of every position that could be read."""
    assumed = settings.limits.assumed_volatility
    return tuple(each for view in snapshot.views for each in runways(view, past, assumed))


def as_json(found: Iterable[Runway]) -> list[object]:
    return [{**plain(each), "says": each.says()} for each in found]


def as_text(found: Iterable[Runway]) -> str:
    return "\n".join(f"  {each.venue} {each.market} liquidates at {each.says()}" for each in found)


@value
class Stress:
    """Venue by venue, move by move."""

    rows: tuple[Stressed, ...]
    open_leverage: Ratio

    def json(self) -> list[object]:
        return [plain(row) for row in self.rows]

    def text(self) -> str:
        if not self.rows:
            return "no position: nothing to stress"
        header = ("venue", "prices", "equity", "leverage", "", f"to be at {self.open_leverage}x")
        return "if nothing is done meanwhile\n" + show.table(map(_stressed, self.rows), header)


def _stressed(row: Stressed) -> tuple[str, ...]:
    geared = f"{show.rounded(row.leverage.raw, 2)}x" if row.leverage else "no equity left"
    end = "LIQUIDATED" if row.liquidated else ""
    return (
        row.venue,
        f"+{percent(row.move, 0)}",
        usd(row.equity),
        geared,
        end,
        f"add {usd(row.add)}" if row.add else "",
    )


@value
class Capital:
    """What each hedge would need; `exits` of its lane's gas, by venue, in wei."""

    needs: tuple[tuple[Need, ...], ...]
    idle_rate: Ratio
    exits: dict[str, int]
    exits_of_gas: int

    def json(self) -> list[object]:
        rate = {"idle_rate": str(self.idle_rate)}
        return [
            {**plain(need), **rate, "expected": str(need.expected), "exits_gas_wei": self.exits.get(need.venue, 0)}
            for by_stance in self.needs
            for need in by_stance
        ]

    def text(self) -> str:
        return "\n\n".join(map(self._hedge, self.needs)) or "no hedge wants a position: nothing to plan"

    def _hedge(self, needs: Sequence[Need]) -> str:
        first = needs[0]
        head = f"{side(first.size)} {first.market} on {first.venue}, {usd(first.notional)}, over {first.days} days"
        table = show.table(self._rows(needs), ("", *(need.stance.name for need in needs)))
        return "\n".join((head, table, *self._notes(first)))

    def _rows(self, needs: Sequence[Need]) -> Iterator[tuple[str, ...]]:
        yield "collateral now", *(usd(need.collateral) for need in needs)
        for n, (rise, _) in enumerate(needs[0].reserves):
            yield f"reserve for +{percent(rise, 0)}", *(usd(need.reserves[n][1]) for need in needs)
        yield "brought back to", *(f"{need.stance.kept}x" for need in needs)
        yield "liquidates at", *(need.runway.away() for need in needs)
        yield "runway", *(need.runway.lasts() for need in needs)
        yield "carry", *(_received(need.carry) for need in needs)
        yield "fees and impact", *(_received(-need.fees) for need in needs)
        yield "idle capital", *(_received(-need.idle) for need in needs)
        yield "expected", *(_received(need.expected) for need in needs)

    def _notes(self, need: Need) -> Iterator[str]:
        yield f"  runway at {need.runway.volatility.origin}, when nothing is added"
        spare = f"collateral and the reserve for +{percent(SET_ASIDE, 0)}"
        yield f"  carry at the present rate; idle capital: {spare}, at {percent(self.idle_rate)} a year"
        if wei := self.exits.get(need.venue):
            yield f"  gas for {self.exits_of_gas} exits at the fee ceiling: {gas_coin(wei)}"


def _received(amount: Usd) -> str:
    return f"{'PAY' if amount < Usd(0) else 'RECEIVE'} {usd(abs(amount))}" if amount else "0 USD"


def add_arguments(parser: argparse.ArgumentParser, asked: "argparse._MutuallyExclusiveGroup") -> None:
    asked.add_argument("--stress", action="store_true", help="instead: equity and liquidation if all prices rose")
    asked.add_argument("--capital", action="store_true", help="instead: collateral, reserve and cost of the hedges")
    parser.add_argument(
        "--idle-rate",
        type=_rate,
        metavar="RATE",
        help=f"for --capital: what the capital would earn elsewhere in a year (default: {IDLE_RATE})",
    )


def _rate(text: str) -> Ratio:
    try:
        given = Ratio(text)
    except (ArithmeticError, ValueError):
        given = Ratio(-1)
    if not Ratio(0) <= given <= Ratio(1):
        raise argparse.ArgumentTypeError(f"must be a share a year, from 0 to 1, not {text!r}")
    return given


def show_tables(args: argparse.Namespace, settings: "Configuration") -> Exit:
    """Looked at, and nothing decided or noted."""
    from agent.wiring import opened

    async def look() -> tuple[Snapshot, Stress | Capital]:
        async with opened(settings) as works:
            then = await works.in_hindsight()
            snapshot, plan = await then.look()
            complain_of(works.records)
            if args.stress:
                return snapshot, _stress(settings, snapshot)
            return snapshot, _capital(settings, snapshot, plan, works.ledger.memory().past, _idle_rate(args))

    snapshot, found = finished(look())
    gaps = [gap.reason for gap in snapshot.gaps]
    if args.json:
        print(json.dumps({"stress" if args.stress else "capital": found.json(), "reasons": plain(gaps)}))
    else:
        notes = [f"notes\n{show.reasons(gaps)}"] if gaps else []
        print(Words(settings=settings).text("\n\n".join((f"at {show.when(snapshot)}", found.text(), *notes))))
    return worst(Exit.DONE, *map(exit_for, gaps))


def _idle_rate(args: argparse.Namespace) -> Ratio:
    return IDLE_RATE if args.idle_rate is None else args.idle_rate


def _stress(settings: "Configuration", snapshot: Snapshot) -> Stress:
    most = settings.limits.open_leverage
    return Stress(rows=tuple(row for view in snapshot.views for row in stress(view, most)), open_leverage=most)


def _capital(settings: "Configuration", snapshot: Snapshot, plan: Plan, past: Past, idle_rate: Ratio) -> Capital:
    from agent.wiring import hedging

    planner = Planner(limits=hedging.limits(settings), past=past, idle_rate=idle_rate)
    return Capital(
        needs=planner.needs(hedging.hedges(settings), plan.hedges, snapshot),
        idle_rate=idle_rate,
        exits=_exits(settings, snapshot),
        exits_of_gas=settings.limits.exits_of_gas,
    )


def _exits(settings: "Configuration", snapshot: Snapshot) -> dict[str, int]:
    """What the exits that must always be paid for take, by venue, in wei."""
    ceilings = {terms.lane: terms.ceiling for terms in snapshot.terms}
    lanes = {view.venue: settings.lane(settings.venues[view.venue]) for view in snapshot.views}
    most = settings.limits.exits_of_gas
    return {view.venue: most * view.exit_gas * ceilings.get(lanes[view.venue], 0) for view in snapshot.views}
