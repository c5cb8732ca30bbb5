"""Shows what would be traded and why, or why not. Every gate that holds is listed. Nothing is signed or sent.

What has been mined since the last run counts as done. What is not mined yet is in flight: a run ends that first and
then looks again, so the exit code is 75.
"""

import argparse
import json
from typing import TYPE_CHECKING

from agent.cli import margins, show, why
from agent.cli.afoot import Afoot
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration
from agent.cli.recorded import complain_of
from agent.cli.words import Words
from agent.errors import ConfigError, Exit, worst
from agent.hedge.runway import Runway
from agent.model import OwnerCall, Plan, Reason, Snapshot, Verdict, exit_for, value
from agent.model.plain import plain

if TYPE_CHECKING:
    from agent.hedge.explain import Explanation

EXAMPLES = """\
  hedgekeeper plan          exit 10: would trade; 20: held by a gate; 0: nothing to do
  hedgekeeper plan --why    the same in words, and each gate with what it found and what it allows
  hedgekeeper plan --json   every leg and every reason with its value and limit
  hedgekeeper plan --stress               what +10 to +100 % would do to each account
  hedgekeeper plan --capital              what the hedges need: before the first one, too
  hedgekeeper plan --capital --idle-rate 0.08
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument(
        "--why", action="store_true", help="explain each hedge in words, and show every gate with its figures"
    )
    margins.add_arguments(parser, asked)


def main(args: argparse.Namespace) -> Exit:
    from agent import cycle
    from agent.wiring import opened, owner_permits, owner_posts

    settings = configuration(args)
    if args.idle_rate is not None and not args.capital:
        raise ConfigError("--idle-rate: is for --capital")
    if args.stress or args.capital:
        return margins.show_tables(args, settings)
    words = Words(settings=settings)

    async def look() -> Planned:
        async with opened(settings, command="plan") as works:
            then = await works.in_hindsight()
            snapshot, plan, verdict = await cycle.plan(then.house)
            planned = Planned(
                snapshot=snapshot,
                plan=plan,
                verdict=verdict,
                calls=(*owner_permits(then, snapshot), *owner_posts(then, snapshot, plan.reasons)),
                afoot=Afoot.of(then),
                explained=then.why(snapshot, plan, verdict),
                runways=margins.of(snapshot, works.ledger.memory().past, settings),
                words=words,
            )
            works.ledger.end_run(planned.exit, planned.summary())
            complain_of(works.records)
            return planned

    planned = finished(look())
    print(json.dumps(planned.json()) if args.json else planned.text(explain=args.why))
    return planned.exit


@value
class Planned:
    snapshot: Snapshot
    plan: Plan
    verdict: Verdict
    calls: tuple[OwnerCall, ...]
    """What lets the operator trade where it may not, and what brings the collateral that a rescue asks for."""
    afoot: Afoot
    explained: "tuple[Explanation, ...]"
    runways: tuple[Runway, ...]
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
            "owner_calls": plain(self.calls),
            "explained": plain(self.explained),
            "margin": margins.as_json(self.runways),
        }

    def text(self, *, explain: bool = False) -> str:
        parts = [f"at {show.when(self.snapshot)}", show.hedges(self.plan.hedges)]
        if self.runways:
            parts.append(f"margin\n{margins.as_text(self.runways)}")
        if self.afoot.intents:
            parts.append(f"in flight\n{self.afoot.text(self.words)}")
        if explain and self.explained:
            parts.append(f"in words\n{why.text(self.explained, self.words.text)}")
        parts.append(f"would do\n{show.legs(self.verdict.legs)}")
        if self.verdict.dropped:
            parts.append(f"held back\n{show.dropped(self.verdict.dropped)}")
        if notes := self._undropped():
            parts.append(f"why\n{show.reasons(notes)}")
        return "\n\n".join((*map(self.words.text, parts), *self.words.calls(self.calls)))
