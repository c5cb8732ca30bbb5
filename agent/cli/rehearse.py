"""Plays the planned transactions on a fork and shows before and after. Needs no key, signs nothing."""

import argparse
import asyncio
import json

from agent import cycle
from agent.cli import show
from agent.cli.options import add_config, add_json, configuration
from agent.cli.outcome import report_json
from agent.errors import Exit
from agent.model import Rehearsal, Report

SUMMARY = "plan, then run it on a fork: a before/after table"
EXAMPLES = """\
  hedgekeeper rehearse          the very transactions, played by impersonation on a fork of your chain
  hedgekeeper rehearse --json   with every transaction and every Transfer and Approval of yours
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)


def main(args: argparse.Namespace) -> Exit:
    from agent.wiring import opened

    async def look() -> Report:
        async with opened(configuration(args), command="rehearse") as works:
            return await cycle.run(works.house)

    report = asyncio.run(look())
    print(json.dumps(report_json(report)) if args.json else text(report.rehearsal, report))
    return report.exit


def text(rehearsal: Rehearsal, report: Report) -> str:
    parts = [
        f"at {show.when(rehearsal.before)}",
        show.hedges(rehearsal.hedges),
        f"would do\n{show.legs(draft.leg for draft in rehearsal.drafts)}",
    ]
    if rehearsal.played:
        touched = [movement for each in rehearsal.played for movement in each.movements]
        parts += [
            f"played on a fork\n{show.played(rehearsal.played)}",
            show.before_after(rehearsal),
            f"transfers and approvals of ours\n{show.movements(touched)}" if touched else "",
        ]
    elif rehearsal.modelled:
        parts += ["by the venue's own model, not on a fork", show.before_after(rehearsal)]
    if rehearsal.dropped:
        parts.append(f"held back\n{show.dropped(rehearsal.dropped)}")
    if rehearsal.calls:
        parts.append(f"for the owner to sign\n{show.calls(rehearsal.calls)}")
    if report.reasons:
        parts.append(f"why\n{show.reasons(report.reasons)}")
    return "\n\n".join(part for part in parts if part)
