"""The journal: the only state we own. What `record` and `advance` return is on the disk."""

from agent.journal.ledger import Ledger
from agent.journal.lock import hold_lanes
from agent.journal.words import Fact, Recorded, Run

__all__ = ["Fact", "Ledger", "Recorded", "Run", "hold_lanes"]
