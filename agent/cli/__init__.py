"""The command line: one file per command, thin. Whatever goes wrong, the user reads a sentence, never a traceback."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType

from agent import __version__
from agent.errors import Exit, HedgekeeperError

COMMANDS = ("init", "doctor", "status", "plan", "rehearse", "run", "watch", "flatten", "journal")

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
    try:
        args = _parser().parse_args(argv)
        return int(args.command(args))
    except HedgekeeperError as error:
        print(f"hedgekeeper: {error}", file=sys.stderr)
        return int(error.exit)
    except KeyboardInterrupt:
        print("hedgekeeper: interrupted; what was sent is in the journal, the next run takes over", file=sys.stderr)
        return int(Exit.TEMPORARY)
    except BrokenPipeError:
        # The reader went away (`| head`); Python would complain again when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.DONE)
    except Exception as error:  # noqa: BLE001 - the last door: a bug becomes a report file and exit 70
        print(f"hedgekeeper: a bug of ours: {type(error).__name__}. {_report(error)}", file=sys.stderr)
        return int(Exit.BUG)


class _Parser(argparse.ArgumentParser):
    """Wrong flags are wrong configuration: exit 78."""

    def error(self, message: str) -> None:  # type: ignore[override]
        print(f"{self.prog}: {message}. `{self.prog} --help` shows what there is", file=sys.stderr)
        raise SystemExit(int(Exit.CONFIG))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="hedgekeeper",
        description="Hedges coins that stay in your own wallet with a short on a decentralized exchange.",
        epilog=EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hedgekeeper {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        _add(commands, name, import_module(f"agent.cli.{name}"))
    return parser


def _add(commands: "argparse._SubParsersAction[_Parser]", name: str, module: ModuleType) -> None:
    parser = commands.add_parser(
        name,
        help=module.SUMMARY,
        description=module.__doc__,
        epilog=f"examples:\n{module.EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    parser.set_defaults(command=module.main)


def _report(error: Exception) -> str:
    """Where the traceback went. Frames only, without values: a value could be a secret."""
    frames = traceback.format_tb(error.__traceback__)
    path = Path(f"hedgekeeper-bug-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt")
    try:
        path.write_text(f"hedgekeeper {__version__}\n{type(error).__name__}\n{''.join(frames)}")
    except OSError as why:
        return f"No report could be written to {path} ({why}); it happened at: {frames[-1].strip()}"
    return f"{path.resolve()} says where; it holds no keys and no amounts. Nothing more was sent"
