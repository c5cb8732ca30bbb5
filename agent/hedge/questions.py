"""Whom to ask what happened there, and since when: nobody, where all is as our records have it."""

from agent.hedge import funds
from agent.hedge.strangers import puzzling
from agent.model import Memory, Name, Snapshot
from agent.model.times import DAY_MS, HOUR_MS

LATELY_MS, LONG_MS = 6 * HOUR_MS, 3 * DAY_MS
"""Since the last runs; and over a weekend without any."""


def lately(snapshot: Snapshot, memory: Memory) -> dict[Name, int]:
    """By venue, in milliseconds: positions that are others than our fills add up to, and equity that prices do not
    explain."""
    found = _positions(snapshot, memory, LATELY_MS)
    for view in snapshot.views:
        if funds.unexplained(view, memory):
            seen_ms = memory.accounts[view.venue].time_ms
            found[view.venue] = min(found.get(view.venue, seen_ms), seen_ms)
    return found


def long_ago(snapshot: Snapshot, memory: Memory) -> dict[Name, int]:
    """What the last hours did not explain."""
    return _positions(snapshot, memory, LONG_MS)


def _positions(snapshot: Snapshot, memory: Memory, back_ms: int) -> dict[Name, int]:
    return {view.venue: view.stamp.time_ms - back_ms for view in snapshot.views if puzzling(view, memory)}
