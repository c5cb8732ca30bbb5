"""One bar as a run would have seen it: a wallet, a venue, an outside price, a lane that costs nothing."""

from agent.hedge import Hedge
from agent.model import (
    Held,
    Holding,
    Lane,
    Market,
    Name,
    Position,
    Quote,
    Rate,
    Snapshot,
    Stamp,
    Terms,
    View,
)
from agent.model.times import DAY_MS
from agent.replay.account import Account
from agent.replay.conditions import VENUE, WALLET
from agent.replay.tape import Tick
from agent.units import Base, Ratio, Usd

LANE = Lane("replay")
LANES = {VENUE: LANE}
UNLIMITED = Usd(10**15)
"""Equity where margin is off."""
_FRESH_S = 3600
"""A price that was carried over a hole is older."""
_NO_BORROW = Rate(value=Ratio(0), interval_s=3600)


def snapshot(tick: Tick, account: Account, hedge: Hedge) -> Snapshot:
    stamp = Stamp(source=VENUE, time_ms=tick.at_ms)
    return Snapshot(
        views=(_view(tick, account, hedge.underlying, stamp),),
        held=(_held(account.conditions.amount, hedge.underlying, stamp),),
        quotes=(_quote(tick, hedge.underlying, stamp),),
        terms=(_terms(stamp),),
    )


def _view(tick: Tick, account: Account, underlying: Name, stamp: Stamp) -> View:
    size, margin = account.size, account.conditions.margin
    equity = account.equity(tick.mark) if margin else UNLIMITED
    tied = abs(size) * tick.mark * account.conditions.initial_margin
    return View(
        venue=VENUE,
        stamp=stamp,
        markets=(_market(tick, account, underlying),),
        positions=(Position(market=underlying, size=size, entry=account.break_even),) if size else (),
        orders=(),
        equity=equity,
        free=max(Usd(0), equity - tied) if margin else Usd(0),
        reserve=account.reserve,
    )


def _market(tick: Tick, account: Account, underlying: Name) -> Market:
    terms = account.conditions
    return Market(
        name=underlying,
        underlying=underlying,
        lot=terms.lot,
        minimum=terms.minimum,
        mark=tick.mark,
        index=tick.spot,
        funding=tick.rate,
        borrow=_NO_BORROW,
        initial_margin=terms.initial_margin,
        maintenance_margin=terms.maintenance_margin,
        fee=terms.fee,
    )


def _held(amount: Base, underlying: Name, stamp: Stamp) -> Held:
    return Held(wallet=WALLET, stamp=stamp, holdings=(Holding(where=WALLET, underlying=underlying, amount=amount),))


def _quote(tick: Tick, underlying: Name, stamp: Stamp) -> Quote:
    return Quote(
        source=WALLET,
        underlying=underlying,
        price=tick.spot,
        stamp=stamp,
        updated_ms=tick.spot_ms,
        max_age_s=_FRESH_S,
    )


def _terms(stamp: Stamp) -> Terms:
    expires_ms = stamp.time_ms + DAY_MS
    return Terms(lane=LANE, stamp=stamp, nonce=0, max_fee=0, tip=0, ceiling=0, expires_ms=expires_ms)
