"""Shows what would be traded and why, or why not. Every gate that holds is listed. Nothing is signed or sent.

What has been mined since the last run counts as done. What is not mined yet is in flight: a run ends that first and
then looks again, so the exit code is 75.
"""

import argparse
import asyncio
import json

from agent.cli import show
from agent.cli.afoot import Afoot
from agent.cli.options import add_config, add_json, configuration
from agent.cli.words import Words
from agent.errors import Exit, worst
from agent.model import Plan, Reason, Snapshot, Verdict, exit_for, value
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
    from agent import cycle
    from agent.wiring import opened

    settings = configuration(args)
    words = Words(settings=settings)

    async def look() -> Planned:
        async with opened(settings, command="plan") as works:
            then = await works.in_hindsight()
            snapshot, plan, verdict = await cycle.plan(then.house)
            planned = Planned(snapshot=snapshot, plan=plan, verdict=verdict, afoot=Afoot.of(then), words=words)
            works.ledger.end_run(planned.exit, planned.summary())
            return planned

    planned = asyncio.run(look())
    print(json.dumps(planned.json()) if args.json else planned.text())
    return planned.exit


@value
class Planned:
    snapshot: Snapshot
    plan: Plan
    verdict: Verdict
    afoot: Afoot
    words: Words

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return (*self._undropped(), *(reason for each in self.verdict.dropped for reason in each.reasons))

    def _undropped(self) -> tuple[Reason, ...]:
        gaps = (gap.reason for gap in self.snapshot.gaps)
        return (*gaps, *self.afoot.reasons(self.words), *self.plan.reasons)

    @property
    def exit(self) -> Exit:
        return worst(Exit.WOULD_TRADE if self.verdict.legs else Exit.DONE, *map(exit_for, self.reasons))

    def summary(self) -> str:
        """For the journal: what it would have done, or the first reason why not."""
        would = [line.strip() for line in show.legs(self.verdict.legs).splitlines()]
        why = [show.sentence(reason) for reason in show.together(self.reasons) if exit_for(reason) is self.exit]
        return self.words.text("; ".join(("would do " + "; ".join(would), *why[:1])))

    def json(self) -> dict[str, object]:
        return {
            "exit": int(self.exit),
            "plan": plain(self.plan),
            "verdict": plain(self.verdict),
            "in_flight": self.afoot.json(self.words),
            "reasons": plain(self.reasons),
        }

    def text(self) -> str:
        parts = [f"at {show.when(self.snapshot)}", show.hedges(self.plan.hedges)]
        if self.afoot.intents:
            parts.append(f"in flight\n{self.afoot.text(self.words)}")
        parts.append(f"would do\n{show.legs(self.verdict.legs)}")
        if self.verdict.dropped:
            parts.append(f"held back\n{show.dropped(self.verdict.dropped)}")
        if notes := self._undropped():
            parts.append(f"why\n{show.reasons(notes)}")
        return self.words.text("\n\n".join(parts))
