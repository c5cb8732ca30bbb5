"""Whether this position may be changed at all, and whether the trade changes it the right way."""

from collections.abc import Iterable

from agent.hedge import unnamed
from agent.hedge.gates.base import Case, Effect
from agent.hedge.places import dark
from agent.hedge.sizing import hedging_side
from agent.hedge.strangers import ANSWERS, shut_out, stranger
from agent.model import Code, Kind, Reason, Trade
from agent.model.words import coins, percent, side
from agent.units import Base


def halted(case: Case) -> Iterable[Reason]:
    if case.view.halted:
        yield case.deny(Code.HALTED, case.view.halted)


def disputed(case: Case) -> Iterable[Reason]:
    if case.view.disputed:
        yield case.deny(Code.DISPUTED, case.view.disputed)


def full(case: Case) -> Iterable[Reason]:
    """What the venue takes no more of, it may still take back."""
    if case.view.full:
        yield case.deny(Code.DEPTH, case.view.full)


def on_hold(case: Case) -> Iterable[Reason]:
    """A flatten is meant to last: the next run must not open again what a person has closed."""
    if case.memory.hold:
        yield case.deny(Code.ON_HOLD, case.memory.hold)


def not_delegated(case: Case) -> Iterable[Reason]:
    """As at every look."""
    if reason := shut_out(case.view):
        yield reason


def dark_venue(case: Case) -> Iterable[Reason]:
    """Nothing is added to a hedge while one of its venues may hold what is missing."""
    if not (case.trade and case.hedge and case.state):
        return
    if case.trade.size.sign() == hedging_side(case.state.exposure):
        for venue in dark(case.hedge, case.snapshot):
            yield case.deny(Code.NOT_SEEN, f"{venue} is dark and may already hold what is added here")


def share(case: Case) -> Iterable[Reason]:
    """No venue ends with more than its share of the target, by more than a lot."""
    if not (case.trade and case.market and case.hedge and case.state):
        return
    most = case.hedge.max_share.get(case.leg.venue)
    if most is None:
        return
    held = abs(case.outcome.size(case.market.name) + case.view.working(case.market.name))
    allowed = abs(case.state.target) * most
    if held > allowed + case.market.lot:
        yield case.deny(Code.MAX_SHARE, f"{coins(held)} would stand there", f"{coins(allowed)} ({percent(most)})")


def strange_position(case: Case) -> Iterable[Reason]:
    """UNADOPTED or FOREIGN_FILL, by the position as it was seen."""
    seen = next(view for view in case.snapshot.views if view.venue == case.leg.venue)
    answers = case.hedge.on_change if case.hedge else ANSWERS
    reason = stranger(seen, case.market.name, case.memory, answers) if case.market else None
    return [reason] if reason and reason.code is not Code.CHANGED else []


def strange_account(case: Case) -> Iterable[Reason]:
    """As at every look, and nothing is added to it."""
    return unnamed.strange_account(case.view)


def unconfigured_position(case: Case) -> Iterable[Reason]:
    """As at every look: its coins would be hedged twice."""
    yield from unnamed.left_behind(case.memory, case.venues)
    yield from unnamed.unconfigured(case.view)


def wrong_way(case: Case) -> Iterable[Reason]:
    """A rebalance brings position and target together; a rescue or a flatten only ever reduces."""
    if case.trade is None:
        return
    if case.effect is Effect.INCREASE and (case.trade.reduce_only or case.leg.kind in (Kind.RESCUE, Kind.FLATTEN)):
        now = case.view.size(case.trade.market)
        yield case.deny(Code.WRONG_WAY, f"{side(now)} -> {side(now + case.trade.size)}", "may only reduce")
    if case.leg.kind in (Kind.REBALANCE, Kind.ROLL):
        yield from _away_from_target(case)


def _away_from_target(case: Case) -> Iterable[Reason]:
    """Overshooting by up to max(lot, venue minimum) is forgiven: no smaller trade could have come nearer. A roll
    opens first what it then closes elsewhere.
    """
    if case.trade is None or case.market is None:
        return
    if case.state is None:
        yield case.deny(Code.WRONG_WAY, "there is no target to trade towards")
        return
    slack = max(case.market.lot, case.market.minimum / case.market.mark, _rolled(case, case.trade))
    drift = case.state.drift - case.moved_ahead(case.market)
    if abs(drift - case.trade.size) > max(abs(drift), slack):
        yield case.deny(Code.WRONG_WAY, f"{_off(drift)} -> {_off(drift - case.trade.size)}")


def _rolled(case: Case, trade: Trade) -> Base:
    """What of the trade stands on the same side at another venue, to be closed there."""
    if case.leg.kind is not Kind.ROLL or case.state is None:
        return Base(0)
    elsewhere = case.state.position - case.view.size(trade.market)
    return min(abs(elsewhere), abs(trade.size)) if elsewhere.sign() == trade.size.sign() else Base(0)


def _off(drift: Base) -> str:
    return f"{coins(abs(drift))} off target"
