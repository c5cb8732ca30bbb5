"""Margin of one account at one venue: what a position ties up, what it can still take, and where it ends.

Collateral is shared by all positions of a view (cross margin). Leverage is never compared as a quotient:
notional stands against equity * leverage, so that an equity of zero or below needs no special case.
"""

from dataclasses import replace

from agent.model import Market, Position, View
from agent.model.words import figure, price, usd
from agent.units import Base, Price, Ratio, Usd


def notional(view: View) -> Usd:
    """Of all positions, each at its mark price."""
    return sum((abs(p.size) * view.market(p.market).mark for p in view.positions), Usd(0))


def initial_margin(view: View) -> Usd:
    """What the venue asks for, to let the positions be opened."""
    return sum((_tied(view, p, view.market(p.market).initial_margin) for p in view.positions), Usd(0))


def opening_margin(market: Market) -> Price:
    """What each unit more ties up, by the higher of the prices that a venue may take for it."""
    return max(market.mark, market.index) * market.initial_margin


def maintenance_margin(view: View) -> Usd:
    """Below this equity the venue liquidates."""
    return sum((_tied(view, p, view.market(p.market).maintenance_margin) for p in view.positions), Usd(0))


def _tied(view: View, position: Position, fraction: Ratio) -> Usd:
    return abs(position.size) * view.market(position.market).mark * fraction


def headroom(view: View) -> Usd:
    """What can be lost before the venue liquidates."""
    return view.equity - maintenance_margin(view)


def leverage(view: View) -> Ratio | None:
    """For display; None when there is no equity left to divide by."""
    return notional(view) / view.equity if view.equity > Usd(0) else None


def liquidation_price(view: View, market: Market) -> Price | None:
    """The mark price of this market at which equity equals the maintenance margin, all other prices unchanged.

    An estimate: the venue's own figure wins where it has one. None: no positive price liquidates.
    """
    found = ends_at(view, market)
    return found if found and found > Price(0) else None


def ends_at(view: View, market: Market) -> Price | None:
    """The same, also where it lies below 0; None where no price changes anything.

    From  others + size * (P - mark) = fraction * |size| * P,  others = equity - the other positions' margin.
    """
    size = view.size(market.name)
    if not size:
        return None
    at_mark, fraction = abs(size) * market.mark, market.maintenance_margin
    others = view.equity - maintenance_margin(view) + at_mark * fraction
    slope = at_mark * fraction - size * market.mark
    return market.mark * ((others - size * market.mark) / slope) if slope else None


def lost_by_doubling(position: Position, market: Market) -> Usd:
    """What a short loses of its headroom while the price goes up by all of itself: its notional, and more margin.

    A long gains its notional, less the margin.
    """
    return abs(position.size) * market.mark * (Ratio(1) - Ratio(position.size.sign()) * market.maintenance_margin)


def backed(position: Position, market: Market, amount: Usd) -> Position:
    """With so much more collateral behind it: the venue's own liquidation price moves away from the mark."""
    if position.liquidation is None or not position.size:
        return position
    away = Ratio(-position.size.sign()) * (amount / lost_by_doubling(position, market))
    return replace(position, liquidation=position.liquidation + market.mark * away)


def distance(liquidation: Price, mark: Price) -> str:
    """Like +37 % (4,110): in the price of the coin, where a person looks."""
    move = (liquidation / mark).raw - 1
    return f"{'+' if move > 0 else ''}{figure(move * 100, 0)} % ({price(liquidation)})"


def collateral_for(exposed: Usd, leverage_cap: Ratio) -> Usd:
    """The equity that carries a notional at that leverage."""
    return exposed / leverage_cap


def missing_collateral(view: View, leverage_cap: Ratio) -> Usd:
    """What the account lacks to carry its positions at that leverage; 0 when it lacks nothing."""
    exposed = notional(view)
    enough = exposed <= view.equity * leverage_cap
    return Usd(0) if enough else collateral_for(exposed, leverage_cap) - view.equity


def carried(view: View, market: Market, worst: Price, direction: Base, leverage_cap: Ratio) -> Base:
    """The largest increase, in units, that equity and reserve carry at that leverage when it fills at `worst`.

    From  notional + s * mark <= (equity + reserve - s * loss) * leverage,  loss = what each unit loses at once;
    and, where the venue does not open on all of the equity, from  s * (mark * fraction + loss) <= margin + reserve.
    """
    loss = max(Price(0), market.mark - worst if direction.sign() < 0 else worst - market.mark)
    room = (view.equity + view.reserve) * leverage_cap - notional(view)
    size, tied = room / (market.mark + loss * leverage_cap), opening_margin(market) + loss
    if view.open_margin is not None and tied:
        size = min(size, (view.open_margin + view.reserve) / tied)
    return max(Base(0), size)


def supplied(view: View, missing: Usd) -> str:
    """What a person who is asked for so much more reserve has to do: send it, approve it, or both."""
    if view.allowance is None:
        return f": send {view.reserve_at}" if view.reserve_at else ""
    given, needed = view.allowance, (view.reserve + missing).up_to_cent()
    steps = [f"send {usd(needed - given.held)} of {view.reserve_at}"] if needed > given.held else []
    if needed > given.approved:
        left = f"{usd(given.approved)} are left of the allowance, which cancelled orders use up, too"
        steps.append(f"approve {usd(needed)} of {given.coin} to {given.spender} ({left})")
    return f": {', and '.join(steps)}"
