"""Writes docs/reference.md from the code: every command, setting, exit code, reason and firewall rule.

python -m tests.kit.reference          prints the page
python -m tests.kit.reference --write  writes it; a test fails while it differs
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from agent.cli import COMMANDS, EXITS
from agent.errors import PRECEDENCE
from agent.firewall.rules import MEANING as RULES
from agent.model import MEANING
from agent.settings import Configuration
from agent.units import Quantity

_PRECEDENCE = (
    f"When several things happened, the exit code is the first of {', '.join(str(int(e)) for e in PRECEDENCE)}."
)
_FILE = "One TOML file; an unknown key is an error. Numbers may stand in quotes: they are read as decimals."
_SIGNED = "What the bytes must satisfy before they are signed; a refusal names the rule."
PAGE = Path(__file__).parents[2] / "docs" / "reference.md"


def page() -> str:
    parts = [
        "# Reference\n\nWritten from the code by `python -m tests.kit.reference --write`.",
        f"## Exit codes\n\n```text\n{EXITS.rstrip()}\n```\n\n{_PRECEDENCE}",
        "## Commands\n\n" + "\n\n".join(_command(name) for name in COMMANDS),
        f"## Settings\n\n{_FILE}\n\n" + "\n\n".join(_settings("", Configuration)),
        "## Reasons\n\nWhy something was not done; `plan`, `run` and `journal` print them.\n\n" + _reasons(),
        f"## Firewall rules\n\n{_SIGNED}\n\n" + _rules(),
    ]
    return "\n\n".join(parts) + "\n"


def _command(name: str) -> str:
    module = import_module(f"agent.cli.{name}")
    parser = argparse.ArgumentParser(
        prog=f"hedgekeeper {name}",
        description=module.__doc__,
        epilog=f"examples:\n{module.EXAMPLES}",
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=100),
    )
    module.add_arguments(parser)
    return f"### {name}\n\n```text\n{parser.format_help().rstrip()}\n```"


def _settings(prefix: str, model: type[BaseModel]) -> Iterator[str]:
    rows, nested = [], []
    for name, field in model.model_fields.items():
        if name == "folder":
            continue
        inner, many = _inner(field.annotation)
        key = f"{prefix}{name}"
        if inner:
            nested.append((f"{key}.NAME." if many else f"{key}.", inner))
        else:
            rows.append(f"| `{key}` | {_default(field)} | {field.description or _own_words(model, name)} |")
    title = f"### [{prefix.rstrip('.')}]" if prefix else "### At the top"
    doc = " ".join((model.__doc__ or "").split())
    yield f"{title}\n\n{doc}" + ("\n\n| key | default | meaning |\n|---|---|---|\n" + "\n".join(rows) if rows else "")
    for key, inner in nested:
        yield from _settings(key, inner)


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The settings model inside an annotation, and whether there may be many by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    many = _is_mapping(annotation)
    for argument in get_args(annotation):
        inner, _ = _inner(argument)
        if inner:
            return inner, many
    return None, False


def _is_mapping(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required" if field.default_factory is None else "none"
    if field.default is None:
        return "none"
    value = field.default
    return f"`{str(value) if isinstance(value, Quantity) else value}`"


_WORDS = {
    "chain": "name of a chain",
    "address": "its address",
    "id": "the chain's id",
    "underlying": "what it counts as",
}


def _own_words(model: type[BaseModel], name: str) -> str:
    return _WORDS.get(name, name.replace("_", " "))


def _reasons() -> str:
    rows = (f"| `{code}` | {int(ends)} | {words} |" for code, (ends, words) in MEANING.items())
    return "| code | exit | meaning |\n|---|---|---|\n" + "\n".join(rows)


def _rules() -> str:
    return "| rule | meaning |\n|---|---|\n" + "\n".join(f"| `{rule}` | {words} |" for rule, words in RULES.items())


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page())
    else:
        print(page(), end="")
