"""Our words as JSON and back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.errors import Exit
from agent.model import EvmTx, Gap, Intent, Message, Name, Outcome, Plan, Rehearsal, SeenExposure, Snapshot, Verdict
from agent.model.plain import plain, revive
from agent.units import Base
from tests.unit.journal.samples import landed, message, plan, rehearsal, signed, tx


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        (EvmTx, tx()),
        (Message, message()),
        (Outcome, landed("-4")),
        (Intent, Intent(id=1, ceiling=2, attempts=(signed(), signed(message())), said=("a", "b"))),
        (Plan, plan("0.1")),
        (Plan, replace(plan("0.1"), seen={Name("ETH"): SeenExposure(taken=Base("0.1"), pending=Base(2))})),
        (Rehearsal, rehearsal("-4")),
        (Snapshot, Snapshot(gaps=(Gap(source=Name("chain"), why="no route"),))),
        (Verdict, Verdict()),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_plain__any_word_of_ours__comes_back_as_it_was(kind: type[object], thing: object) -> None:
    assert revive(kind, json.loads(json.dumps(plain(thing)))) == thing


def test_plain__leaves__are_exact() -> None:
    found = plain(
        {"size": Base("0.10"), "raw": b"\x00\xff", "big": 2**256, "exit": Exit.HELD, "sum": Decimal("1E-7")}
    )
    assert found == {"size": "0.1", "raw": "0x00ff", "big": 2**256, "exit": 20, "sum": "1E-7"}


def test_plain__a_dataclass__says_what_it_is() -> None:
    found = plain(Gap(source=Name("chain"), why="dark"))
    assert found == {"type": "Gap", "source": "chain", "why": "dark", "misconfigured": False}


@pytest.mark.parametrize("thing", [1.5, object(), {1, 2}, Mapping])
def test_plain__none_of_our_words__is_a_type_error(thing: object) -> None:
    with pytest.raises(TypeError, match="has no plain form"):
        plain(thing)


@pytest.mark.parametrize(
    "found",
    [{"type": "Message"}, {"source": "chain", "why": "dark"}, [], "Gap", {"type": "Gap", "source": "c", "why": 3}],
)
def test_revive__what_plain_never_makes__is_a_value_error(found: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        revive(Gap, found)
