"""The flags that several commands share."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.settings import Configuration


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
        "--deadline", type=float, metavar="SECONDS", help="end by then, whatever is open (default: deadline_s)"
    )


def add_steps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--steps",
        metavar="OUT,IN",
        help="two open file descriptors: each step's name is written to OUT, and a line is awaited on IN before it",
    )


def configuration(args: argparse.Namespace) -> "Configuration":
    """Imported here and not above: `--help` should not wait for it."""
    from agent.settings import load

    return load(args.config)
