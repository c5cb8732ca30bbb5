"""Leverage above and below the level for opening: collateral in, or a smaller position, long before a liquidation;
or some collateral to take home."""

from collections.abc import Iterable

from agent.hedge.deleverage import deleverage
from agent.hedge.margin import collateral_for, leverage, missing_collateral, notional, supplied
from agent.hedge.outlook import after
from agent.hedge.parameters import Limits
from agent.hedge.runway import missing_for_runway, nearest, runways, spelled
from agent.model import Code, Fund, Kind, Leg, Past, Plan, Reason, Snapshot, View, value
from agent.model.times import DAY_S, HOUR_S
from agent.model.words import figure, usd
from agent.units import Ratio, Usd


def endangered_first(views: Iterable[View]) -> list[View]:
    """The highest leverage first: what is left of a shared reserve goes where it is needed most."""
    return sorted(views, key=lambda view: view.equity / notional(view) if notional(view) else _SAFE)


_SAFE = Ratio(10**9)


@value
class Level:
    """What an account must keep to: no more leverage, and no less runway."""

    leverage: Ratio
    days: Ratio

    def lacking(self, view: View, past: Past, limits: Limits) -> Usd:
        """The collateral that would keep it there; 0 when it is."""
        by_runway = missing_for_runway(view, self.days, past, limits.assumed_volatility)
        return max(missing_collateral(view, self.leverage), by_runway)


def danger(limits: Limits) -> Level:
    """Beyond it the rescue begins."""
    return Level(leverage=limits.rescue_leverage, days=limits.rescue_runway_days)


def safety(limits: Limits) -> Level:
    """Where the rescue ends: far enough from where it began, that noise does not begin it again."""
    return Level(leverage=limits.open_leverage, days=limits.rescue_runway_days * Ratio(2))


def last_call(view: View, limits: Limits) -> Level:
    """Beyond it no person could help in time: to answer takes hours, and an order at the venue its latency."""
    seconds = limits.answer_hours * Ratio(HOUR_S) + Ratio(view.latency_s)
    return Level(leverage=max(limits.shrink_leverage, limits.rescue_leverage), days=seconds / Ratio(DAY_S))


def rescue(view: View, snapshot: Snapshot, past: Past, limits: Limits) -> Plan:
    """The ladder, for an account in danger: collateral from the reserve as far as it goes; where that does not lift
    it out, a person is asked; where that would be too late, its positions shrink, to nothing if need be. Not on a
    look that a second one contradicts: collateral that goes in by mistake comes home again, a closed hedge does not.

    Spot is never sold: no action here could.
    """
    lacking = danger(limits).lacking(view, past, limits)
    if not lacking or not notional(view):  # without a position nothing can be liquidated
        return Plan()
    amount = min(view.reserve, safety(limits).lacking(view, past, limits).up_to_cent())
    top_up = (Leg(venue=view.venue, actions=(Fund(amount=amount),), kind=Kind.RESCUE),) if amount else ()
    short, then = lacking - view.reserve, after(view, top_up)
    if short <= Usd(0):
        return Plan(legs=top_up)
    shrunk = Plan()
    if limits.rescue_shrinks and not view.disputed and last_call(view, limits).lacking(then, past, limits):
        shrunk = deleverage(then, safety(limits).lacking(then, past, limits), snapshot, limits)
    asked = _asks(view, short, past, limits)
    return Plan(legs=(*top_up, *shrunk.legs), reasons=(asked, *shrunk.reasons))


def _asks(view: View, short: Usd, past: Past, limits: Limits) -> Reason:
    ends, least = nearest(runways(view, past, limits.assumed_volatility)), limits.rescue_runway_days
    runway = f", runway {spelled(least)}" if least else ""
    return Reason(
        code=Code.RESCUE,
        subject=view.venue,
        value=f"leverage {shown_leverage(view)}, liquidates at {ends.says() if ends else 'no price'}; "
        f"{usd(short)} more collateral needed than the reserve of {usd(view.reserve)}{supplied(view, short)}",
        limit=f"leverage {limits.rescue_leverage}{runway}",
    )


def sweep(view: View, limits: Limits) -> tuple[Reason, ...]:
    """Below sweep_leverage: what could leave, keeping open_leverage. Only said, never done."""
    held = notional(view)
    if view.free is None or not held or held >= view.equity * limits.sweep_leverage:
        return ()
    excess = min(view.free, view.equity - collateral_for(held, limits.open_leverage))
    if excess <= Usd(0):
        return ()
    said = f"{usd(excess)} more collateral than leverage {limits.open_leverage} asks for"
    return (Reason(code=Code.SWEEP, subject=view.venue, value=said, limit=f"leverage {limits.sweep_leverage}"),)


def shown_leverage(view: View) -> str:
    held = leverage(view)
    return figure(held.raw, 2) if held is not None else "without equity"
