"""One run that may sign: the lock, the diary and the steps around the line. Used by run, watch and flatten."""

import argparse
import os
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from agent.cli import door, outcome
from agent.cli.afoot import Afoot
from agent.cli.loop import finished
from agent.cli.words import Words
from agent.errors import ConfigError, HedgekeeperError, NeedsPerson
from agent.journal import Ledger
from agent.model import Intent, Report, value

if TYPE_CHECKING:
    from agent.hedge.explain import Explanation
    from agent.settings import Configuration


@value
class Done:
    """How a run ended, what was sent on the way, and why nothing is added from now on, if that is so."""

    report: Report
    sent: list[Intent]
    explained: "tuple[Explanation, ...]"
    """Of each hedge, as the last round left it; none of a flatten."""
    hold: str | None


def execute(args: argparse.Namespace, settings: "Configuration", command: str) -> Done:
    """Runs the line under the lanes' locks.

    Nodes that were left out are named on stderr, and a journal that cannot be used: cron mails that, too.
    """
    from agent.wiring import flatten as flattened
    from agent.wiring import hedged, opened

    async def go() -> Done:
        flatten = command == "flatten"
        deadline_s = args.deadline or settings.deadline_s
        async with opened(settings, sign=True, flatten=flatten, deadline_s=deadline_s, tap=tap(args.steps)) as works:
            if works.warning:
                tell(f"WARNING: {works.warning}")
            async with works.run(command, flatten=flatten, patience_s=deadline_s if flatten else 0) as diary:
                if not flatten and (strays := works.strays()):
                    raise NeedsPerson(f"{'; '.join(strays)}. Name it again until it is closed, or `journal adopt`")
                report = await (flattened(works, deadline_s, tell) if flatten else hedged(works))
                for note in works.moments.notes():
                    tell(f"node left out: {note}")
                sent = diary.intents()
                diary.close(report.exit, outcome.summary(report, sent, Words(settings=settings)))
                if not flatten:
                    works.records.keep(report.rehearsal.before, report.rehearsal.hedges)
                for remark in works.records.remarks:
                    tell(remark)
                hold = None if works.warning else works.ledger.memory().hold
                explained = () if flatten else works.why_so(report.rehearsal)
                return Done(report=report, sent=sent, explained=explained, hold=hold)

    try:
        return finished(go())
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_left_open(settings)) from None


def _left_open(settings: "Configuration") -> str:
    """What an interrupted run leaves to the next one, in words."""
    from agent.settings import journal_path

    try:
        with closing(Ledger(journal_path(settings))) as ledger:
            found = ledger.open()
    except HedgekeeperError:
        return ""
    if not found:
        return "; nothing is open"
    return f"; open:\n{Afoot(intents=found).text(Words(settings=settings))}\nThe next run goes on with it"


def tell(said: str) -> None:
    """On stderr, where it can be written."""
    door.complain(said)


def tap(steps: str | None) -> Callable[[str], None]:
    """Progress: says each step and waits for leave to take it; without --steps it does neither."""
    if steps is None:
        return lambda step: None
    try:
        out, back = (os.fdopen(int(fd), mode) for fd, mode in zip(steps.split(","), ("w", "r"), strict=True))
    except (ValueError, OSError) as error:
        raise ConfigError(f"--steps {steps}: needs two open file descriptors, like 3,4 ({error})") from None

    def wait(step: str) -> None:
        out.write(f"{step}\n")
        out.flush()
        back.readline()

    return wait
