"""Closes every position and cancels every order. Works without the journal, the wallets and the outside prices.

Nothing is added to a position afterwards, whatever cron runs, until `hedgekeeper journal resume`.
Ends with 0 only when every venue shows position 0, no working order and nothing open on the lane; else with 75.
With --print nothing is sent: the calls that close everything are printed for the owner to sign.
"""

import argparse
import asyncio
import json
from typing import TYPE_CHECKING

from agent.cli import outcome, show
from agent.cli.execute import execute
from agent.cli.options import add_config, add_deadline, add_json, add_steps, configuration
from agent.errors import Exit, worst
from agent.model import Code, OwnerCall, Reason, Rehearsal
from agent.model.plain import plain

if TYPE_CHECKING:
    from agent.settings import Configuration

SUMMARY = "close everything"
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
    left = [*not_flat(done.report.rehearsal), *done.open_ends]
    ends = worst(done.report.exit, Exit.TEMPORARY if left else Exit.DONE)
    if args.json:
        print(json.dumps({**outcome.report_json(done.report, done.sent), "exit": int(ends), "not_flat": left}))
    else:
        print(outcome.text(done.report, done.sent))
        print(
            "flat: no position, no working order" if not left else "NOT flat:\n" + "\n".join(f"  {x}" for x in left)
        )
    return ends


def not_flat(last: Rehearsal) -> list[str]:
    """What still stands in the way of flat, in words; what could not be read is not flat."""
    left = [f"{gap.source}: could not be read: {gap.why}" for gap in last.before.gaps]
    for view in last.before.views:
        left += [f"{view.venue}: position {p.size} {p.market}" for p in view.positions if p.size]
        left += [f"{view.venue}: order {order.id} is open" for order in view.orders]
        left += [f"{view.venue}: {view.strange}"] if view.strange else []
    return [*left, *(f"{terms.lane}: {terms.foreign}" for terms in last.before.terms if terms.foreign)]


def _print_calls(settings: "Configuration", as_json: bool) -> Exit:
    from agent.wiring import opened
    from agent.wiring.owner import owner_closes

    async def look() -> tuple[Rehearsal, tuple[OwnerCall, ...]]:
        async with opened(settings, flatten=True) as works:
            snapshot, plan = await works.look()
            return Rehearsal(before=snapshot, after=snapshot), owner_closes(settings, snapshot, plan)

    seen, calls = asyncio.run(look())
    gaps = [Reason(code=Code.UNREADABLE, subject=gap.source, value=gap.why) for gap in seen.before.gaps]
    if as_json:
        print(json.dumps({"owner_calls": plain(calls), "reasons": plain(gaps)}))
    else:
        print(show.calls(calls) or ("CANNOT SAY: not all could be read" if gaps else "nothing to close"))
        if gaps:
            print(show.reasons(gaps))
    return Exit.TEMPORARY if gaps else Exit.PERSON if calls else Exit.DONE
