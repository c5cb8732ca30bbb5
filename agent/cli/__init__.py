"""The command line: one file per command, thin. Whatever goes wrong, the user reads a sentence, never a traceback."""

import argparse
import json
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from agent import __version__
from agent.cli import door
from agent.errors import Exit, HedgekeeperError, masked, worst

COMMANDS = {
    "init": "write a commented configuration",
    "doctor": "check chains, contracts, keys, delegation, clock, gas",
    "status": "exposure, position, net delta, margin, carry",
    "funding": "what a short earns or costs, across venues",
    "plan": "what would be traded and why, or why not",
    "rehearse": "plan, then run it on a fork: a before/after table",
    "run": "one run for cron: rehearse, sign, send, settle",
    "watch": "the same as run, on a timer or on new blocks",
    "flatten": "close everything",
    "journal": "what happened and why; adopt what is live; resume after a flatten",
    "data": "the recorded history: what is there, load a file, ask the venues",
    "replay": "a policy on the past: what it would have done and cost",
    "gmx": "what the account signs so that the operator may trade on GMX v2",
    "hyperliquid": "a new agent key on Hyperliquid, and what the account signs to let it in",
}
"""Each in one line. Its module is loaded when it is the one that is called."""

EXITS = """\
exit codes:
   0  done, or nothing to do
  10  would trade (plan, rehearse)
  20  held by a gate: the reason is printed
  30  needs a person
  70  a bug of ours: a report file is written
  75  temporary failure, or an order still working at the deadline: try again
  78  wrong configuration or flags
  79  another run holds the lock
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    with door.opened() as out:
        ends = _ended(argv)
    if out.why is None or out.left:
        return ends
    door.complain(f"the output could not be written: {out.why}. What was done is in the journal")
    return int(worst(Exit(ends), Exit.TEMPORARY))


def _ended(argv: Sequence[str] | None) -> int:
    args = argparse.Namespace(json=False)
    try:
        args = _parser().parse_args(argv, args)
        return int(args.command(args))
    except SystemExit as ended:  # --help, --version, wrong flags: argparse has said its piece
        return int(ended.code or Exit.DONE)
    except HedgekeeperError as error:
        return _told(args, error.exit, str(error))
    except KeyboardInterrupt as interrupted:
        return _told(args, Exit.TEMPORARY, f"interrupted{interrupted}")
    except Exception as error:  # noqa: BLE001 - the last door: a bug becomes a report file and exit 70
        return _told(args, Exit.BUG, f"a bug of ours: {type(error).__name__}. {_report(error)}")


def _told(args: argparse.Namespace, ends: Exit, why: str) -> int:
    """A sentence for a person; for a program the one JSON object that it waits for."""
    door.complain(why)
    if args.json:
        print(json.dumps({"exit": int(ends), "error": why}))
    return int(ends)


class _Parser(argparse.ArgumentParser):
    """Wrong flags are wrong configuration: exit 78."""

    def error(self, message: str) -> None:  # type: ignore[override]
        print(f"{self.prog}: {masked(message)}. `{self.prog} --help` shows what there is", file=sys.stderr)
        raise SystemExit(int(Exit.CONFIG))


class _Command(_Parser):
    """Filled in by the command's own module, once it is called."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        module = import_module(f"agent.cli.{self.prog.split()[-1]}")
        self.description, self.epilog = module.__doc__, f"examples:\n{module.EXAMPLES}"
        module.add_arguments(self)
        self.set_defaults(command=module.main)
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="hedgekeeper",
        description="Hedges coins that stay in your own wallet with a short on a decentralized exchange.",
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hedgekeeper {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Command)
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter)
    return parser


def _report(error: Exception) -> str:
    """Where the traceback went. Frames only, without values: a value could be a secret."""
    frames = traceback.format_tb(error.__traceback__)
    path = Path(f"hedgekeeper-bug-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt")
    try:
        path.write_text(f"hedgekeeper {__version__}\n{type(error).__name__}\n{''.join(frames)}")
    except OSError as why:
        return f"No report could be written to {path} ({why}); it happened at: {frames[-1].strip()}"
    return f"{path.resolve()} says where; it holds no keys and no amounts. Nothing more was sent"
