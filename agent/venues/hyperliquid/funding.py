"""Collateral that an agent may move: between the account's free balance and an isolated position's own margin.

What an increase ties is drawn by the exchange when it fills; of the collateral planned beside it only the rest is
moved. Deposits, withdrawals and transfers from spot are the account's own to sign.
"""

from decimal import Decimal

from agent.hedge.outlook import cost, ties
from agent.model import Fund, Leg, Trade, View
from agent.units import Usd
from agent.venues.hyperliquid.collateral import is_isolated, lacking, ours, removable
from agent.venues.hyperliquid.facts import facts_of, notional
from agent.venues.hyperliquid.setup import Setup
from agent.venues.hyperliquid.structs import Asset, Held

ZERO = Decimal(0)
CENT = Usd("0.01")
"""Less is not worth a message."""


def move(setup: Setup, view: View, leg: Leg, fund: Fund) -> tuple[str, Decimal] | None:
    """The coin whose position gets dollars (> 0) or gives them (< 0), never more than planned: one action is one
    message. Of several positions the most endangered gets what it lacks; the next round sees to the next."""
    there = _isolated(setup, view)
    if fund.amount < Usd(0):
        return _fullest(there)[0].coin, fund.amount.raw
    dollars = _beside(view, leg, fund)
    if len(there) > 1:
        dollars = min(dollars, Usd(lacking(*there[0])).up_to_cent())
    return (there[0][0].coin, dollars.raw) if there and dollars >= CENT else None


def obstacle(setup: Setup, view: View, leg: Leg, fund: Fund) -> str | None:
    """Why only the account itself could do it, and how."""
    there = _isolated(setup, view)
    if fund.amount < Usd(0):
        most = removable(*_fullest(there)) if there else ZERO
        said = (
            f"{most:.2f} USD of a position's margin can be taken back" if there else "no position has margin to give"
        )
        return None if -fund.amount.raw <= most else f"take out {-fund.amount} USD: {said}; the rest {_BY_HAND}"
    if there or (_increases(leg) and is_isolated(setup, ours(setup, facts_of(view)))):
        return None
    if is_isolated(setup, ours(setup, facts_of(view))):
        return f"add {fund.amount} USD: there is no position to add them to; more collateral {_BY_HAND}"
    return f"add {fund.amount} USD: in cross margin the account's whole value counts; more {_BY_HAND}"


_BY_HAND = "is for the account itself to move, in the exchange's own front end"


def _beside(view: View, leg: Leg, fund: Fund) -> Usd:
    """Without what the leg's increases tie and lose."""
    return fund.amount - sum((ties(view, each) + cost(view, each) for each in _increases(leg)), Usd(0))


def _increases(leg: Leg) -> list[Trade]:
    return [each for each in leg.actions if isinstance(each, Trade) and not each.reduce_only]


def _isolated(setup: Setup, view: View) -> list[tuple[Held, Asset]]:
    """The most endangered first."""
    facts = facts_of(view)
    held = [each for each in ours(setup, facts) if each.leverage.kind == "isolated"]
    pairs = [(each, facts.universe[each.coin]) for each in held]
    return sorted(pairs, key=lambda pair: pair[0].margin_used / notional(*pair))


def _fullest(there: list[tuple[Held, Asset]]) -> tuple[Held, Asset]:
    return max(there, key=lambda pair: removable(*pair))
