"""The flags that several commands share."""

import argparse
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.settings import Configuration


def seconds(text: str) -> float:
    try:
        given = float(text)
    except ValueError:
        given = math.nan
    if not 0 < given < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number above 0, not {text!r}")
    return given


def count(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, not {text!r}")
    return int(text)


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-c",
        "--config",
        type=Path,
        default=Path(os.environ.get("HEDGEKEEPER_CONFIG", "hedgekeeper.toml")),
        metavar="FILE",
        help="the configuration (default: $HEDGEKEEPER_CONFIG, else hedgekeeper.toml here)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def add_deadline(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--deadline", type=seconds, metavar="SECONDS", help="end by then, whatever is open (default: deadline_s)"
    )


def add_steps(parser: argparse.ArgumentParser) -> None:
    """For tests alone: `--steps OUT,IN` names two open file descriptors. Each step's name is written to OUT, and a
    line is awaited on IN before it is taken.
    """
    parser.add_argument("--steps", metavar="OUT,IN", help=argparse.SUPPRESS)


def configuration(args: argparse.Namespace) -> "Configuration":
    """Imported here and not above: `--help` should not wait for it."""
    from agent.settings import load

    return load(args.config)
