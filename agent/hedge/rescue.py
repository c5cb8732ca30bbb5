"""Leverage above and below the level for opening: collateral in, long before a liquidation, or some to take home."""

from collections.abc import Iterable

from agent.hedge.margin import (
    collateral_for,
    distance,
    headroom,
    leverage,
    liquidation_price,
    missing_collateral,
    notional,
    sent_to,
)
from agent.hedge.parameters import Limits
from agent.hedge.words import figure, usd
from agent.model import Code, Fund, Kind, Leg, Plan, Reason, View
from agent.units import Ratio, Usd


def endangered_first(views: Iterable[View]) -> list[View]:
    """The highest leverage first: what is left of a shared reserve goes where it is needed most."""
    return sorted(views, key=lambda view: view.equity / notional(view) if notional(view) else _SAFE)


_SAFE = Ratio(10**9)


def rescue(view: View, limits: Limits) -> Plan:
    """Above rescue_leverage: back to open_leverage, or as far as the operator's reserve goes.

    A person is asked when even the whole reserve leaves the account above rescue_leverage.
    """
    lacking = missing_collateral(view, limits.rescue_leverage)
    if not lacking or not notional(view):  # without a position nothing can be liquidated
        return Plan()
    amount = min(view.reserve, missing_collateral(view, limits.open_leverage).up_to_cent())
    legs = (Leg(venue=view.venue, actions=(Fund(amount=amount),), kind=Kind.RESCUE),) if amount else ()
    short = lacking - view.reserve
    return Plan(legs=legs, reasons=(_asks(view, limits, short),) if short > Usd(0) else ())


def _asks(view: View, limits: Limits, short: Usd) -> Reason:
    return Reason(
        code=Code.RESCUE,
        subject=view.venue,
        value=f"leverage {shown_leverage(view)}, liquidates at {nearest_liquidation(view)}; "
        f"{usd(short)} more collateral needed than the reserve of {usd(view.reserve)}{sent_to(view)}",
        limit=f"leverage {limits.rescue_leverage}",
    )


def sweep(view: View, limits: Limits) -> tuple[Reason, ...]:
    """Below sweep_leverage: what could leave, keeping open_leverage. Only said, never done."""
    held = notional(view)
    if not held or held >= view.equity * limits.sweep_leverage:
        return ()
    excess = min(view.free, view.equity - collateral_for(held, limits.open_leverage))
    if excess <= Usd(0):
        return ()
    said = f"{usd(excess)} more collateral than leverage {limits.open_leverage} asks for"
    return (Reason(code=Code.SWEEP, subject=view.venue, value=said, limit=f"leverage {limits.sweep_leverage}"),)


def shown_leverage(view: View) -> str:
    held = leverage(view)
    return figure(held.raw, 2) if held is not None else "without equity"


def nearest_liquidation(view: View) -> str:
    """Of the position that ends first, like +37 % (4,110); the venue's own figure where it has one."""
    if headroom(view) <= Usd(0):
        return "any moment"
    found = [
        (p.liquidation or liquidation_price(view, view.market(p.market)), view.market(p.market).mark)
        for p in view.positions
    ]
    ends = [(price, mark) for price, mark in found if price is not None]
    if not ends:
        return "no price"
    price, mark = min(ends, key=lambda end: abs((end[0] / end[1]).raw - 1))
    return distance(price, mark)
