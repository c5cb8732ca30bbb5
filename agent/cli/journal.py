"""Shows what happened and why: runs, what was signed for each, and what became of it.

`journal adopt` accepts what is live now, the positions, the operator's nonce and the exposure, as the baseline: after
a trade of your own, an emptied journal, or a jump of the exposure that is right. `journal resume` lifts what a
flatten has set: that nothing is added to a position.
"""

import argparse
import json
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agent.cli import outcome, show
from agent.cli.baseline import adopt, resume
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration, count
from agent.cli.words import Words, became
from agent.errors import ConfigError, Exit
from agent.journal import Ledger, Recorded, Run, under_way
from agent.model import Plan, Rehearsal, Verdict
from agent.model.plain import plain, revive

if TYPE_CHECKING:
    from agent.settings import Configuration

EXAMPLES = """\
  hedgekeeper journal                 the last runs and what they sent
  hedgekeeper journal show            all that the last run saw, decided, rehearsed and sent
  hedgekeeper journal show 12         the same of run 12
  hedgekeeper journal adopt           shows what is live, and asks before it becomes the baseline
  hedgekeeper journal resume          after a flatten: the next run hedges again
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)
    parser.add_argument(
        "what", nargs="?", choices=("list", "show", "adopt", "resume"), default="list", help="default: list"
    )
    parser.add_argument("run", nargs="?", type=count, metavar="RUN", help="for show: its number (default: the last)")
    parser.add_argument("--limit", type=count, default=20, metavar="N", help="for list: how many (default: 20)")
    parser.add_argument("--yes", action="store_true", help="for adopt: do not ask")


def main(args: argparse.Namespace) -> Exit:
    from agent.settings import journal_path

    settings = configuration(args)
    if args.run is not None and args.what != "show":
        raise ConfigError(f"journal {args.what}: takes no number; `journal show {args.run}` shows that run")
    if args.what == "adopt":
        return finished(adopt(settings, args))
    if args.what == "resume":
        return finished(resume(settings, args))
    path = journal_path(settings)
    if not path.exists():
        raise ConfigError(f"{path}: no journal yet; the first `hedgekeeper run` makes it")
    ledger = Ledger(path)
    try:
        return _show(ledger, args, settings) if args.what == "show" else _list(ledger, args, settings)
    finally:
        ledger.close()


def _list(ledger: Ledger, args: argparse.Namespace, settings: "Configuration") -> Exit:
    runs, intents, words = ledger.runs(args.limit), ledger.intents(args.limit), Words(settings=settings)
    if args.json:
        print(json.dumps({"runs": plain(runs), "intents": [_intent_json(each, words) for each in intents]}))
    else:
        told = f"runs, newest first ({_CLOCKS})\n{_runs(runs, settings)}"
        print(words.text(f"{told}\n\nsent, newest first\n{_intents(intents, words)}"))
    return Exit.DONE


def _show(ledger: Ledger, args: argparse.Namespace, settings: "Configuration") -> Exit:
    words, runs = Words(settings=settings), ledger.runs(_ALL)
    run = next((run for run in runs if args.run in (run.id, None)), None)
    if run is None:
        raise ConfigError(f"there is no run {args.run}; `hedgekeeper journal` lists them" if runs else "no run yet")
    sent = [recorded for recorded in reversed(ledger.intents(_ALL)) if recorded.run == run.id]
    notes = ledger.notes(run.id)
    if args.json:
        intents = [_intent_json(each, words) for each in sent]
        print(json.dumps({"run": plain(run), "intents": intents, "notes": notes}))
    else:
        parts = [f"run ({_CLOCKS})\n{_runs([run], settings)}", *map(_note, notes)]
        if sent:
            parts.append(f"sent\n{outcome.payloads([each.intent for each in sent], words)}")
        print(words.text("\n\n".join(part for part in parts if part)))
    return Exit.DONE


_ALL = 10**9
_CLOCKS = "started by this machine's clock, told by the chain's"


def _runs(runs: Sequence[Run], settings: "Configuration") -> str:
    """Two lines each or more: at 80 columns a summary has no room beside the rest."""
    rows = [(run.id, show.moment(run.started_ms), run.command, _ended(run, settings)) for run in runs]
    lines = show.table(rows, ("run", "started", "command", "exit"), left=4).splitlines() if runs else ["  none"]
    told = (f"{line}\n{_wrapped(run.summary)}".rstrip() for line, run in zip(lines[1:], runs, strict=False))
    return "\n".join([lines[0], *told])


def _wrapped(summary: str) -> str:
    width = shutil.get_terminal_size().columns
    return textwrap.fill(summary, width, initial_indent=_INDENT, subsequent_indent=_INDENT, break_on_hyphens=False)


_INDENT = " " * 7


def _ended(run: Run, settings: "Configuration") -> str:
    if run.exit is not None:
        return str(int(run.exit))
    lanes = map(settings.lane, settings.venues.values())
    return "running" if run.started_ms in under_way(settings.path(settings.state), lanes) else "interrupted"


def _intents(found: Sequence[Recorded], words: Words) -> str:
    """Without their hashes, which have no room at 80 columns: `show` has them."""
    told = [(each.run, each.intent.attempts[0].payload.nonce, each.intent) for each in found]
    rows = ((run, nonce, f"{words.intent(intent)}: {became(intent)}") for run, nonce, intent in told)
    return show.table(rows, ("run", "nonce", "what, and what became of it"), left=3) if found else "  none"


def _intent_json(each: Recorded, words: Words) -> dict[str, Any]:
    return {**plain(each), "does": words.intent(each.intent), "became": became(each.intent)}


def _note(note: Any) -> str:
    """What was seen, decided or rehearsed, in the words of `plan` and `rehearse`; as it stands where they changed."""
    try:
        return "\n\n".join(_words_of(note))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return json.dumps(note, indent=2)


def _words_of(note: Any) -> Iterator[str]:
    match note["type"]:
        case Plan.__name__:
            plan = revive(Plan, note)
            yield f"decided\n{show.hedges(plan.hedges)}"
            if plan.reasons:
                yield show.reasons(plan.reasons)
        case Verdict.__name__:
            verdict = revive(Verdict, note)
            yield f"allowed\n{show.legs(verdict.legs)}"
            if verdict.dropped:
                yield f"held back\n{show.dropped(verdict.dropped)}"
        case Rehearsal.__name__:
            rehearsal = revive(Rehearsal, note)
            if rehearsal.drafts:
                yield f"rehearsed at {show.when(rehearsal.before)}\n{show.before_after(rehearsal)}"
            if rehearsal.faults:
                yield f"faults\n{show.reasons(rehearsal.faults)}"
        case _:
            raise ValueError(note["type"])
