"""Writes a commented configuration, by asking or from flags; an existing file is never overwritten.

Each answer is checked as it is given, on the chain where that can be; the exchange's other contracts are read from
its clearing house. Nothing secret is asked for: the file only names where the operator's key lies. It is written when
all is checked, and not before.
"""

import argparse
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from agent.cli.door import interrupt, stopped_by
from agent.cli.options import add_config
from agent.errors import ConfigError, Exit, HedgekeeperError, Mismatch, Temporary, masked

if TYPE_CHECKING:
    from agent.cli.answers import Answers

EXAMPLES = """\
  hedgekeeper init                                      asks for everything
  hedgekeeper init --yes --rpc http://127.0.0.1:8545 \\
      --wallet 0x... --account 0x... --operator 0x... \\
      --clearing-house 0x... --base-token 0x...         asks for nothing; says what is missing
"""

QUESTIONS: Mapping[str, tuple[str, str | None]] = {
    "rpc": ("RPC URL of the chain (env:NAME keeps a key out of the file)", None),
    "wallet": ("address of the wallet whose coins are hedged (it never signs)", None),
    "assets": ("what it holds, by symbol", "ETH,WETH"),
    "underlying": ("the coin to hedge", "ETH"),
    "account": ("address of the account that owns collateral and position", None),
    "operator": ("address of the operator's hot key", None),
    "keystore": ("the operator's keystore file", "operator.json"),
    "clearing_house": ("address of the exchange's ClearingHouse", None),
    "base_token": ("address of the market's base token", None),
    "feed": ("address of an independent Chainlink feed of the coin (empty: none)", ""),
    "max_fee_gwei": ("the most to pay for gas, in gwei", "50"),
    "policy": ("policy, by its name in docs/policies.md, like full or partial", "starter"),
    "parameters": ("what the policy is told, like ratio=0.5 (partial) or signal=trend,days=50 (tactical)", ""),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--yes", action="store_true", help="ask nothing: take flags and defaults")
    for name, (question, default) in QUESTIONS.items():
        shown = f" (default: {default})" if default else ""
        parser.add_argument(_flag(name), metavar=name.upper(), help=f"{question}{shown}")


def main(args: argparse.Namespace) -> Exit:
    from agent.cli.answers import Answers

    path: Path = args.config
    _may_be_written(path)
    answers = Answers(path.resolve().parent)
    try:
        with stopped_by(interrupt):
            for name in QUESTIONS:
                _settle(args, answers, name)
    except KeyboardInterrupt:
        raise Temporary(f"interrupted: nothing was written{_so_far(answers.said)}") from None
    except EOFError:
        hint = "`--yes` takes flags and defaults and asks nothing"
        raise ConfigError(
            f"{_flag(name)}: no answer came; nothing was written. {hint}{_so_far(answers.said)}"
        ) from None
    _write(path, answers.text(path))
    print(f"{path} written. Next: `hedgekeeper doctor -c {path}`, then `plan`, `rehearse`, and only then `run`")
    return Exit.DONE


def _settle(args: argparse.Namespace, answers: "Answers", name: str) -> None:
    """Until the answer holds. Where the chain only did not answer, an empty line tries the same again."""
    said, again = _given(args, answers, name), ""
    while True:
        answer = _asked(name, again) if said is None else said
        try:
            return answers.take(name, answer)
        except (HedgekeeperError, ValueError) as error:
            if args.yes:
                raise _refused(name, error) from None
            print(f"  {masked(str(error))}")
            said, again = None, answer if _may_pass(error) else ""


def _given(args: argparse.Namespace, answers: "Answers", name: str) -> str | None:
    """What needs no asking."""
    question, default = QUESTIONS[name]
    given: str | None = getattr(args, name)
    if given is None and args.yes and default is None:
        raise ConfigError(f"{_flag(name)} is missing: {question}")
    return default if given is None and (args.yes or not answers.asks(name)) else given


def _asked(name: str, again: str) -> str:
    """What is tried again is not shown: a URL may hold a key."""
    question, default = QUESTIONS[name]
    shown = " [the same again]" if again else f" [{default}]" if default else ""
    while not (said := input(f"{question}{shown}: ").strip()) and default is None and not again:
        print("  this one is needed")
    return said or again or default or ""


def _refused(name: str, error: Exception) -> HedgekeeperError:
    if isinstance(error, HedgekeeperError) and _may_pass(error):
        return error
    return ConfigError(f"{_flag(name)}: {error}")


def _may_pass(error: Exception) -> bool:
    """A chain that does not answer may answer later; everything else is for a person."""
    return isinstance(error, Temporary) and not isinstance(error, Mismatch)


def _so_far(said: Mapping[str, str]) -> str:
    """The answers as flags, so that none is lost; a URL may hold a key and is not repeated."""
    kept = [f"{_flag(name)} {shlex.quote(text)}" for name, text in said.items() if text and "://" not in text]
    return f". To go on from here: hedgekeeper init {' '.join(kept)}" if kept else ""


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _may_be_written(path: Path) -> None:
    """Before anything is asked."""
    if path.exists():
        raise ConfigError(f"{path} exists and is left alone; name another file with --config")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise ConfigError(
            f"{path}: {path.parent} is no folder that can be written to; name another file with --config"
        )


def _write(path: Path, text: str) -> None:
    """Whole or not at all, for this user alone, and never over another file."""
    try:
        descriptor, written = mkstemp(prefix=f".{path.name}.", dir=path.parent)  # of mode 0600
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.link(written, path)
        finally:
            os.unlink(written)
    except FileExistsError:
        raise ConfigError(f"{path} exists by now and is left alone; name another file with --config") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error}") from None
