"""One gate as it was met by one leg: what it found, what it allows, and whether it holds."""

from agent.hedge.gates.base import Case, Gate
from agent.hedge.gates.meters import METERS, NOTHING
from agent.model import Reason, value


@value
class Measured:
    gate: str
    found: str
    limit: str
    held: tuple[Reason, ...] = ()
    """Why it holds the leg; none where it lets it pass."""


def measured(gate: Gate, case: Case) -> Measured:
    held, meter = tuple(gate(case)), METERS.get(gate)
    found, limit = meter(case) if meter else NOTHING
    if held:
        found, limit = held[0].value or found, held[0].limit or limit
    return Measured(gate=gate.__name__.replace("_", " "), found=found, limit=limit, held=held)
