"""Runs again and again: on a timer, or (--blocks) whenever the first chain has a new block. Ends on Ctrl-C.

Each round is one `run` with its own lock, journal entry and summary line. A round that fails does not end the
watch; only wrong configuration (78) does.
"""

import argparse
import time
from typing import TYPE_CHECKING

from agent.cli import outcome
from agent.cli.execute import execute
from agent.cli.options import add_config, add_deadline, add_steps, configuration
from agent.errors import Busy, ConfigError, Exit, HedgekeeperError

if TYPE_CHECKING:
    from agent.settings import Configuration

SUMMARY = "the same as run, on a timer or on new blocks"
EXAMPLES = """\
  hedgekeeper watch                 a run every 60 seconds
  hedgekeeper watch --every 600     a run every ten minutes
  hedgekeeper watch --blocks        a run after each new block, at most one every --every seconds
  hedgekeeper watch --times 3       three runs, then the exit code of the last
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_deadline(parser)
    add_steps(parser)
    parser.add_argument("--every", type=float, default=60, metavar="SECONDS", help="between two runs (default: 60)")
    parser.add_argument("--blocks", action="store_true", help="only when the first chain has a new block")
    parser.add_argument("--times", type=int, metavar="N", help="end after N runs")


def main(args: argparse.Namespace) -> Exit:
    settings = configuration(args)
    if args.every <= 0 or (args.times is not None and args.times <= 0):
        raise ConfigError("--every and --times must be above 0")
    done, ends, seen = 0, Exit.DONE, 0
    while args.times is None or done < args.times:
        if done:
            time.sleep(args.every)
        seen, ends = _one(args, settings, seen)
        done += 1
    return ends


def _one(args: argparse.Namespace, settings: "Configuration", seen: int) -> tuple[int, Exit]:
    """One run, after a new block where that is asked for; the block it was made at, and how it ended."""
    try:
        seen = _after(settings, seen, args.every) if args.blocks else seen
        done = execute(args, settings, "watch")
    except ConfigError:
        raise
    except HedgekeeperError as error:
        hint = "" if isinstance(error, Busy) else "; trying again"
        print(f"hedgekeeper: {error}{hint}", flush=True)
        return seen, error.exit
    print(outcome.summary(done.report, done.sent), flush=True)
    return seen, done.report.exit


def _after(settings: "Configuration", seen: int, every: float) -> int:
    """Waits for a block after `seen`; returns its number."""
    from agent.wiring.discovery import head_of_first_chain

    while (now := head_of_first_chain(settings)) == seen:
        time.sleep(min(every, 1))
    return now
