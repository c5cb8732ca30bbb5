"""Closes every position and cancels every order. Works without the journal, the wallets and the outside prices.

Nothing is added to a position afterwards, whatever cron runs, until `hedgekeeper journal resume`; also where there
was nothing to close. A journal that cannot be used is left alone: a temporary one takes its place, and says so.
Ends with 0 only when every venue shows position 0, no working order and nothing in flight, and what closed them is
as deep as `confirmations` says. With 30 when the operator cannot close (two reverts, no gas): the owner's calls are
printed. Else with 75: run it again. A later `run` that finds something still open ends with 30.
With --print nothing is sent: the calls that close everything are printed for the owner to sign, and what is still
in flight and may change them.
"""

import argparse
import json
from typing import TYPE_CHECKING

from agent.cli import outcome, show
from agent.cli.execute import execute, tell
from agent.cli.loop import finished
from agent.cli.options import add_config, add_deadline, add_json, add_steps, configuration
from agent.cli.words import Words
from agent.errors import Exit, worst
from agent.model import Code, OwnerCall, Plan, Snapshot, exit_for
from agent.model.plain import plain

if TYPE_CHECKING:
    from agent.settings import Configuration

EXAMPLES = """\
  hedgekeeper flatten           closes with the operator's key; safe to repeat
  hedgekeeper flatten --print   the owner's calls instead, for a wallet or a Safe
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)
    add_deadline(parser)
    add_steps(parser)
    parser.add_argument("--print", action="store_true", dest="printed", help="print the owner's calls, send nothing")


def main(args: argparse.Namespace) -> Exit:
    settings = configuration(args)
    if args.printed:
        return _print_calls(settings, args.json)
    done = execute(args, settings, "flatten")
    left = [reason.value for reason in done.report.reasons if reason.code is Code.NOT_FLAT]
    if args.json:
        told = {**outcome.report_json(done.report, done.sent), "not_flat": left, "hold": done.hold}
        print(json.dumps(told))
    else:
        words = Words(settings=settings)
        print(outcome.text(done.report, done.sent, words, apart=(Code.NOT_FLAT,)))
        print(words.text(_verdict(left)))
        if done.hold:
            print("on hold: nothing is added to a position, whatever cron runs, until `hedgekeeper journal resume`")
    return done.report.exit


def _verdict(left: list[str]) -> str:
    if not left:
        return "flat: no position, no working order, nothing in flight"
    return "\n  ".join(("NOT flat, `hedgekeeper flatten` goes on from here:", *left))


def _print_calls(settings: "Configuration", as_json: bool) -> Exit:
    from agent.wiring import opened
    from agent.wiring.exits import not_flat, remarks
    from agent.wiring.owner import owner_closes

    async def look() -> tuple[Snapshot, Plan, list[str], tuple[OwnerCall, ...]]:
        async with opened(settings, flatten=True) as works:
            if works.warning:
                tell(f"WARNING: {works.warning}")
            snapshot, plan = await works.look()
            for remark in remarks(snapshot):
                tell(remark)
            return snapshot, plan, works.in_flight(), owner_closes(settings, snapshot, plan)

    seen, plan, moving, calls = finished(look())
    gaps = [gap.reason for gap in seen.gaps]
    told = [*gaps, *(reason for reason in plan.reasons if reason.code is Code.UNCONFIGURED_POSITION)]
    left = [] if calls else not_flat(seen)
    moving += [f"{terms.lane}: {terms.foreign}" for terms in seen.terms if terms.foreign]
    if as_json:
        print(
            json.dumps({"owner_calls": plain(calls), "in_flight": moving, "not_flat": left, "reasons": plain(told)})
        )
    else:
        words = Words(settings=settings)
        printed = show.calls(calls, words.call)
        print(printed or _nothing(left, cannot_say=bool(gaps)))
        for each in moving:
            print(words.text(f"STILL IN FLIGHT: {each}: {_ADVICE}"))
        if told:
            print(words.text(show.reasons(told)))
    waits = Exit.TEMPORARY if moving or left else Exit.DONE
    return worst(Exit.PERSON if calls else Exit.DONE, waits, *map(exit_for, told))


def _nothing(left: list[str], *, cannot_say: bool) -> str:
    if cannot_say:
        return "CANNOT SAY: not all could be read"
    if not left:
        return "nothing to close now"
    return "\n  ".join(("NOT flat, and nothing here can be signed yet: print again in some minutes", *left))


_ADVICE = "wait until it has landed and print again, or let `hedgekeeper flatten` burn it"
