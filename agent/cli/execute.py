"""One run that may sign: the lock, the diary and the steps around the line. Used by run, watch and flatten."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from agent import cycle
from agent.cli import outcome
from agent.errors import ConfigError, NeedsPerson
from agent.model import Intent, Report, value

if TYPE_CHECKING:
    from agent.settings import Configuration


@value
class Done:
    """How a run ended, what was sent on the way, and what in our records is still open, in words."""

    report: Report
    sent: list[Intent]
    open_ends: list[str]


def execute(args: argparse.Namespace, settings: "Configuration", command: str) -> Done:
    """Runs the line under the lanes' locks.

    Nodes that were left out are named on stderr: cron mails that, too.
    """
    from agent.wiring import opened

    async def go() -> Done:
        flatten = command == "flatten"
        deadline_s = args.deadline or settings.deadline_s
        async with opened(settings, sign=True, flatten=flatten, deadline_s=deadline_s, tap=tap(args.steps)) as works:
            with works.run(command, flatten=flatten, patience_s=deadline_s if flatten else 0) as diary:
                if not flatten and (strays := works.strays()):
                    raise NeedsPerson(f"{'; '.join(strays)}. Name it again until it is closed, or `journal adopt`")
                report = await cycle.run(works.house)
                for note in works.moments.notes():
                    print(f"hedgekeeper: node left out: {note}", file=sys.stderr)
                sent = diary.intents()
                diary.close(report.exit, outcome.summary(report, sent))
                return Done(report=report, sent=sent, open_ends=works.open_ends())

    return asyncio.run(go())


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
