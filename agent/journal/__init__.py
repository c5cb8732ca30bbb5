"""The journal: the only state we own. What `record` and `advance` return is on the disk."""

from agent.journal.ledger import Ledger
from agent.journal.lock import hold_lanes, under_way
from agent.journal.refuge import for_exit
from agent.journal.words import Fact, Recorded, Run

__all__ = ["Fact", "Ledger", "Recorded", "Run", "for_exit", "hold_lanes", "under_way"]
