"""What the firewall may let through for one round: from the plan and the snapshot, never from the composed bytes."""

from collections.abc import Callable, Iterator, Mapping

from agent.hedge.bound import furthest
from agent.hedge.gates.money import turned_over
from agent.hedge.judge import is_flatten
from agent.hedge.outlook import after
from agent.hedge.outside import outside_price
from agent.hedge.parameters import Limits
from agent.model import (
    EvmTx,
    Kind,
    Lane,
    Leg,
    Memory,
    Message,
    Name,
    Payload,
    Protect,
    Rehearsal,
    Rules,
    Trade,
    View,
    Warrant,
)
from agent.units import Price, Usd


def make_rules(limits: Limits, lanes: Mapping[Name, Lane]) -> Callable[[Rehearsal, Memory], Rules]:
    """`lanes` by venue."""

    def rules(rehearsal: Rehearsal, memory: Memory) -> Rules:
        before = rehearsal.before
        left = limits.max_daily_turnover - turned_over(before, memory)
        return Rules(
            rehearsed=_rehearsed(rehearsal),
            ceilings={terms.lane: terms.ceiling for terms in before.terms},
            warrants=tuple(_warrants(rehearsal, lanes)),
            max_deviation=furthest(limits),
            max_order=limits.max_order,
            turnover_left=max(Usd(0), left),
            rehearsal_until_ms=before.time_ms() + limits.rehearsal_max_age_s * 1000,
        )

    return rules


def _rehearsed(rehearsal: Rehearsal) -> tuple[Payload, ...] | None:
    """What the fork mined; messages, which no fork plays, as composed. None: an exit whose rehearsal failed."""
    played = tuple(played.tx for played in rehearsal.played if played.ok)
    composed = [payload for draft in rehearsal.drafts for payload in draft.payloads]
    unplayed = [payload for payload in composed if isinstance(payload, EvmTx) and payload not in played]
    if unplayed and is_flatten(rehearsal):
        return None
    return (*played, *(payload for payload in composed if isinstance(payload, Message)))


def _warrants(rehearsal: Rehearsal, lanes: Mapping[Name, Lane]) -> Iterator[Warrant]:
    """Each with the positions as the legs ahead of it leave them."""
    views = {view.venue: view for view in rehearsal.before.views}
    expires = {terms.lane: terms.expires_ms for terms in rehearsal.before.terms}
    ahead: tuple[Leg, ...] = ()
    for leg in (draft.leg for draft in rehearsal.drafts):
        view = after(views[leg.venue], ahead)
        yield Warrant(
            leg=leg,
            positions={name: view.size(name) for name in _markets(leg)},
            outside={name: _outside(rehearsal, leg, view, name) for name in _markets(leg)},
            expires_ms=expires[lanes[leg.venue]],
            entries={position.market: position.entry for position in view.positions},
            markets={market.name: market for market in view.markets},
            stops={order.id: order.market for order in view.orders if order.role == "protective"},
            orders={order.id: order.market for order in view.orders},
            seen={position.market: position for position in views[leg.venue].positions},
        )
        ahead = (*ahead, leg)


def _markets(leg: Leg) -> tuple[Name, ...]:
    return tuple(action.market for action in leg.actions if isinstance(action, (Trade, Protect)))


def _outside(rehearsal: Rehearsal, leg: Leg, view: View, market: Name) -> Price | None:
    """None for a flatten: it is bound by its own price, and must work where venue and world disagree."""
    if leg.kind is Kind.FLATTEN:
        return None
    return outside_price(view.market(market).underlying, rehearsal.before)
