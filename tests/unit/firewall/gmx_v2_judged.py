"""What the firewall says to a payload that is not quite the scene's own."""

from dataclasses import replace
from typing import Any

from agent.firewall import Rule
from agent.model import Payload
from tests.unit.firewall.gmx_v2_scene import Case
from tests.unit.firewall.gmx_v2_wire import data_of
from tests.unit.firewall.scene import VENUE, firewall_of


def broken_by(case: Case, *signed: Payload) -> list[Rule]:
    """As if rehearsed."""
    rules = replace(case.rules, rehearsed=(case.tx, *signed))
    return [
        breach.rule for breach in firewall_of(case).first(VENUE, case.tx, rules, [(VENUE, each) for each in signed])
    ]


def stating(sound: Case, value: int | None = None, **fields: Any) -> Case:
    """The same payload with other arguments."""
    changed = {**sound.fields, **fields}
    tx = replace(sound.tx, data=data_of(changed), value=sound.tx.value if value is None else value)
    return replace(sound, fields=changed, tx=tx)


def warranted(sound: Case, **changed: Any) -> Case:
    return replace(sound, rules=replace(sound.rules, warrants=(replace(sound.warrant, **changed),)))
