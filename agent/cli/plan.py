"""Shows what would be traded and why, or why not. Every gate that holds is listed. Nothing is signed or sent."""

import argparse
import asyncio
import json

from agent import cycle
from agent.cli import show
from agent.cli.options import add_config, add_json, configuration
from agent.errors import Exit, worst
from agent.model import Code, Plan, Reason, Snapshot, Verdict, exit_for
from agent.model.plain import plain

SUMMARY = "what would be traded and why, or why not"
EXAMPLES = """\
  hedgekeeper plan          exit 10: would trade; 20: held by a gate; 0: nothing to do
  hedgekeeper plan --json   every leg and every reason with its value and limit
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)


def main(args: argparse.Namespace) -> Exit:
    from agent.wiring import opened

    async def look() -> tuple[Snapshot, Plan, Verdict]:
        async with opened(configuration(args), command="plan") as works:
            return await cycle.plan(works.house)

    snapshot, plan, verdict = asyncio.run(look())
    found = tuple(_reasons(snapshot, plan, verdict))
    ends = worst(Exit.WOULD_TRADE if verdict.legs else Exit.DONE, *(exit_for(reason) for reason in found))
    if args.json:
        print(
            json.dumps({"exit": int(ends), "plan": plain(plan), "verdict": plain(verdict), "reasons": plain(found)})
        )
    else:
        print(_text(snapshot, plan, verdict))
    return ends


def _reasons(snapshot: Snapshot, plan: Plan, verdict: Verdict) -> list[Reason]:
    gaps = [Reason(code=Code.UNREADABLE, subject=gap.source, value=gap.why) for gap in snapshot.gaps]
    return [*gaps, *plan.reasons, *(reason for each in verdict.dropped for reason in each.reasons)]


def _text(snapshot: Snapshot, plan: Plan, verdict: Verdict) -> str:
    parts = [f"at {show.when(snapshot)}", show.hedges(plan.hedges), f"would do\n{show.legs(verdict.legs)}"]
    if verdict.dropped:
        parts.append(f"held back\n{show.dropped(verdict.dropped)}")
    gaps = [Reason(code=Code.UNREADABLE, subject=gap.source, value=gap.why) for gap in snapshot.gaps]
    if notes := (*gaps, *plan.reasons):
        parts.append(f"why\n{show.reasons(notes)}")
    return "\n\n".join(part for part in parts if part)
