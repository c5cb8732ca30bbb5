"""Collateral that came or left without us: an account that is worth more or less than its prices explain."""

from collections.abc import Iterator

from agent.hedge.landing import missed, torn
from agent.model import Cause, Code, Happening, Memory, Name, Reason, SeenAccount, View
from agent.model.words import usd
from agent.units import Ratio, Usd

OF_NOTIONAL, LEAST = Ratio("0.01"), Usd(50)
"""What funding, borrow and rounding explain between two looks, the larger of both. More is only a reason to ask the
venue: told is what its records name."""


def accounts(views: tuple[View, ...], memory: Memory) -> dict[Name, SeenAccount]:
    """What the next plan compares with."""
    return {view.venue: _seen(view) for view in views if not missed(view.stamp, memory)}


def _seen(view: View) -> SeenAccount:
    return SeenAccount(
        time_ms=view.stamp.time_ms,
        equity=view.equity,
        sizes={market.name: view.size(market.name) for market in view.markets},
        marks={market.name: market.mark for market in view.markets},
    )


def unexplained(view: View, memory: Memory) -> bool:
    """Whether the equity is not what the same positions make of it at the prices of now. Of positions that are others
    nothing is said: what they cost is not known here."""
    before, now = memory.accounts.get(view.venue), _seen(view)
    if before is None or torn(view, memory) or missed(view.stamp, memory):
        return False
    if (before.sizes, before.marks.keys()) != (now.sizes, now.marks.keys()):
        return False
    earned = sum((size * now.marks[name] - size * before.marks[name] for name, size in now.sizes.items()), Usd(0))
    held = sum((abs(size) * now.marks[name] for name, size in now.sizes.items()), Usd(0))
    return abs(now.equity - before.equity - earned) > max(held * OF_NOTIONAL, LEAST)


def moved(view: View, memory: Memory) -> Iterator[Reason]:
    """Once: what came or left since the account was last seen, and was not sent by us."""
    before = memory.accounts.get(view.venue)
    since_ms = before.time_ms if before else view.stamp.time_ms
    funds = (each for each in memory.happened if (each.venue, each.cause) == (view.venue, Cause.FUNDS))
    for each in funds:
        if each.time_ms > since_ms and each.ref not in memory.refs:
            yield Reason(code=Code.CHANGED, subject=view.venue, value=_told(each))


def _told(each: Happening) -> str:
    way = "came" if each.amount > Usd(0) else "left"
    return f"{usd(abs(each.amount))} of collateral {way} ({each.ref})"
