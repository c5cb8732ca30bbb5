"""Shows what happened and why: runs, what was signed for each, and what became of it.

`journal adopt` accepts what is live now, the positions, the operator's nonce and the exposure, as the baseline: after
a trade of your own, an emptied journal, or a jump of the exposure that is right. `journal resume` lifts what a
flatten has set: that nothing is added to a position.
"""

import argparse
import asyncio
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from agent.cli import show
from agent.cli.options import add_config, add_json, configuration
from agent.errors import ConfigError, Exit, NeedsPerson
from agent.journal import Ledger, Recorded, Run
from agent.model import Lane, Memory, Name, Plan, Snapshot, Stamp, State
from agent.model.plain import plain
from agent.units import Base

if TYPE_CHECKING:
    from agent.settings import Configuration

SUMMARY = "what happened and why; adopt what is live; resume after a flatten"
EXAMPLES = """\
  hedgekeeper journal                 the last runs and what they sent
  hedgekeeper journal show 12         all that run 12 saw, decided, rehearsed and sent
  hedgekeeper journal adopt           shows what is live, and asks before it becomes the baseline
  hedgekeeper journal resume          after a flatten: the next run hedges again
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)
    parser.add_argument(
        "what", nargs="?", choices=("list", "show", "adopt", "resume"), default="list", help="default: list"
    )
    parser.add_argument("run", nargs="?", type=int, metavar="RUN", help="for show: the number of a run")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="for list: how many (default: 20)")
    parser.add_argument("--yes", action="store_true", help="for adopt: do not ask")


def main(args: argparse.Namespace) -> Exit:
    from agent.settings import journal_path

    settings = configuration(args)
    if args.what == "adopt":
        return asyncio.run(_adopt(settings, args))
    if args.what == "resume":
        return asyncio.run(_resume(settings))
    path = journal_path(settings)
    if not path.exists():
        raise ConfigError(f"{path}: no journal yet; the first `hedgekeeper run` makes it")
    ledger = Ledger(path)
    try:
        return _show(ledger, args) if args.what == "show" else _list(ledger, args)
    finally:
        ledger.close()


def _list(ledger: Ledger, args: argparse.Namespace) -> Exit:
    runs, intents = ledger.runs(args.limit), ledger.intents(args.limit)
    if args.json:
        print(json.dumps({"runs": plain(runs), "intents": plain(intents)}))
    else:
        print(f"runs, newest first\n{_runs(runs)}\n\nsent, newest first\n{_intents(intents)}")
    return Exit.DONE


def _show(ledger: Ledger, args: argparse.Namespace) -> Exit:
    run = next((run for run in ledger.runs(10**9) if run.id == args.run), None)
    if run is None:
        raise ConfigError(f"there is no run {args.run}; `hedgekeeper journal` lists them")
    sent = [recorded for recorded in ledger.intents(10**9) if recorded.run == run.id]
    notes = ledger.notes(run.id)
    if args.json:
        print(json.dumps({"run": plain(run), "intents": plain(sent), "notes": notes}))
    else:
        print(f"{_runs([run])}\n\nsent\n{_intents(sent)}\n\nseen, decided and rehearsed, in order")
        for note in notes:
            print(json.dumps(note, indent=2))
    return Exit.DONE


def _runs(runs: Iterable[Run]) -> str:
    rows = (
        (run.id, show.moment(run.started_ms), run.command, "open" if run.exit is None else int(run.exit), run.summary)
        for run in runs
    )
    return show.table(rows, ("run", "started", "command", "exit", "summary"), left=5) or "  none"


def _intents(found: Iterable[Recorded]) -> str:
    rows = (
        (
            each.run,
            each.intent.venue,
            each.intent.attempts[0].payload.nonce,
            len(each.intent.attempts),
            each.intent.attempts[-1].ref,
            each.intent.state,
            each.intent.settlement.filled if each.intent.settlement and each.intent.settlement.filled else "",
            each.intent.reason.code if each.intent.reason else "",
        )
        for each in found
    )
    headers = ("run", "venue", "nonce", "attempts", "transaction", "state", "filled", "reason")
    return show.table(rows, headers, left=8) or "  none"


async def _adopt(settings: "Configuration", args: argparse.Namespace) -> Exit:
    from agent.wiring import opened

    async with opened(settings) as works:
        with works.run("journal adopt") as diary:
            signed = [intent for intent in works.ledger.open() if intent.state is State.SIGNED]
            waiting = [intent for intent in signed if intent.lane in works.house.wires]
            if waiting:
                refs = ", ".join(intent.attempts[-1].ref for intent in waiting)
                raise NeedsPerson(f"{refs} may still be mined: let `hedgekeeper run` or `flatten` end it, then adopt")
            snapshot, plan = await works.look(Memory())  # as it is, whatever our records say of it
            if snapshot.gaps:
                gaps = "; ".join(f"{gap.source}: {gap.why}" for gap in snapshot.gaps)
                raise NeedsPerson(f"not all could be read, so nothing is adopted: {gaps}")
            positions, nonces, exposures = _live(snapshot, plan)
            print(f"at {show.when(snapshot)}\n{_table(positions, nonces, exposures)}")
            if not args.yes and not _agreed("adopt this as the baseline? [y/N] "):
                diary.close(Exit.PERSON, "nothing adopted")
                return Exit.PERSON
            works.ledger.adopt(positions, nonces, exposures, _blocks(snapshot))
            diary.close(Exit.DONE, "adopted what is live")
            print("adopted")
            return Exit.DONE


async def _resume(settings: "Configuration") -> Exit:
    from agent.wiring import opened

    async with opened(settings) as works:
        held = works.ledger.memory().hold
        with works.run("journal resume") as diary:
            works.ledger.hold(None)
            said = f"lifted: {held}" if held else "nothing was on hold"
            diary.close(Exit.DONE, said)
    print(f"{said}; the next run hedges again" if held else said)
    return Exit.DONE


def _agreed(question: str) -> bool:
    """Nobody there to answer is a no."""
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        print("no terminal to ask at: --yes adopts without asking")
        return False


Positions = dict[tuple[Name, Name], Base]


def _live(snapshot: Snapshot, plan: Plan) -> tuple[Positions, dict[Lane, int], dict[Name, Base]]:
    positions = {
        (view.venue, market.name): view.size(market.name) for view in snapshot.views for market in view.markets
    }
    nonces = {terms.lane: terms.nonce - 1 for terms in snapshot.terms}
    return positions, nonces, {state.underlying: state.exposure for state in plan.hedges}


def _blocks(snapshot: Snapshot) -> list[Stamp]:
    return [stamp for stamp in snapshot.stamps() if stamp.block is not None]


def _table(positions: Positions, nonces: dict[Lane, int], exposures: dict[Name, Base]) -> str:
    rows: list[tuple[str, object]] = [
        (f"{venue} {market} position", size) for (venue, market), size in positions.items()
    ]
    rows += [(f"{lane} last nonce", nonce) for lane, nonce in nonces.items()]
    rows += [(f"{underlying} exposure", amount) for underlying, amount in exposures.items()]
    return show.table(rows)
