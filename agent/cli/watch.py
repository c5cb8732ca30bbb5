"""Runs again and again, on a timer or (--blocks) whenever the first chain has a new block, until Ctrl-C or SIGTERM.

Each round is one `run` with its own lock, journal entry and summary line; with --json that line is what `run --json`
prints. A round that fails does not end the watch; only wrong configuration (78) does, and a reader who has gone.
Ended between two rounds, its exit code is that of the last.
"""

import argparse
import asyncio
import json
import time
from typing import TYPE_CHECKING

from agent.cli import door, outcome
from agent.cli.execute import execute
from agent.cli.loop import finished
from agent.cli.options import add_config, add_deadline, add_steps, configuration, count, seconds
from agent.cli.words import Words
from agent.errors import Busy, ConfigError, Exit, HedgekeeperError
from agent.model.plain import plain

if TYPE_CHECKING:
    from agent.settings import Configuration

EXAMPLES = """\
  hedgekeeper watch                 a run every 60 seconds
  hedgekeeper watch --every 600     a run every ten minutes
  hedgekeeper watch --blocks        a run after each new block, at most one every --every seconds
  hedgekeeper watch --times 3       three runs, then the exit code of the last
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object per round, each on its own line")
    add_deadline(parser)
    add_steps(parser)
    parser.add_argument("--every", type=seconds, default=60, metavar="SECONDS", help="between two runs (default: 60)")
    parser.add_argument("--blocks", action="store_true", help="only when the first chain has a new block")
    parser.add_argument("--times", type=count, metavar="N", help="end after N runs")


def main(args: argparse.Namespace) -> Exit:
    settings = configuration(args)
    done, ends, seen = 0, Exit.DONE, 0
    with door.stopped_by(door.interrupt):
        while done != args.times:
            seen, ends, said = _one(args, settings, seen)
            done += 1
            if not _goes_on(said, 0 if done == args.times else args.every):
                break
    return ends


def _goes_on(said: str, seconds: float) -> bool:
    """Told and waited. False when nobody listens any more, or when interrupted: nothing is open between rounds."""
    try:
        print(said, flush=True)
        if door.heard():
            time.sleep(seconds)
    except KeyboardInterrupt:
        return False
    return door.heard()


def _one(args: argparse.Namespace, settings: "Configuration", seen: int) -> tuple[int, Exit, str]:
    """One run, after a new block where that is asked for; the block it was made at, how it ended, and the line."""
    try:
        seen = _after(settings, seen, args.every) if args.blocks else seen
        done = execute(args, settings, "watch")
    except ConfigError:
        raise
    except HedgekeeperError as error:
        hint = "" if isinstance(error, Busy) else "; trying again"
        line = Words(settings=settings).text(f"hedgekeeper: {error}{hint}")
        told: dict[str, object] = {"exit": int(error.exit), "error": str(error)}
        return seen, error.exit, json.dumps(told) if args.json else line
    line = outcome.summary(done.report, done.sent, Words(settings=settings))
    told = {**outcome.report_json(done.report, done.sent), "explained": plain(done.explained)}
    return seen, done.report.exit, json.dumps(told) if args.json else line


def _after(settings: "Configuration", seen: int, every: float) -> int:
    """Waits for a block after `seen`; returns its number."""
    from agent.wiring.discovery import head_of_first_chain

    async def next_block() -> int:
        while (now := await head_of_first_chain(settings)) == seen:
            await asyncio.sleep(min(every, 1))
        return now

    return finished(next_block())
