"""GMX v2 composes, the firewall reads, and they share no code: what the one makes of a leg the other lets through."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agent.firewall import Firewall
from agent.hedge import Limits, make_rules
from agent.model import (
    Action,
    Cancel,
    Cannot,
    Claim,
    Draft,
    EvmTx,
    Fund,
    Kind,
    Leg,
    Memory,
    Name,
    Payload,
    Played,
    Protect,
    Quote,
    Rehearsal,
    Rules,
    Snapshot,
    Trade,
    View,
)
from agent.units import Base, Ratio, Usd
from agent.venues.gmx_v2.structs import PositionProps, PriceRange
from agent.venues.gmx_v2.venue import GmxV2
from tests.unit.firewall.gmx_v2_room import RESTING, STAMP, TERMS, dialect_of, position, room_of, view_of
from tests.unit.firewall.gmx_v2_scene import USDC, WETH
from tests.unit.firewall.scene import ACCOUNT, ETH, LANE, OPERATOR, VENUE

LIMITS = Limits(max_order=Usd(10**9), max_daily_turnover=Usd(10**9))
SIDES = [(token, is_long) for token in (USDC, WETH) for is_long in (False, True)]


# What is there ----------------------------------------------------------------------------------------
coins = st.integers(10**15, 50 * 10**18)
wires = st.integers(1_000 * 10**12, 5_000 * 10**12)


@st.composite
def held(draw: st.DrawFn) -> tuple[PositionProps, ...]:
    sides = draw(st.lists(st.sampled_from(SIDES), unique=True, max_size=4))
    return tuple(position(draw(coins), draw(wires), draw(st.integers(0, 10**18)), *side) for side in sides)


@st.composite
def views(draw: st.DrawFn, room: GmxV2) -> View:
    least, spread = draw(wires), draw(st.integers(0, 100))
    return view_of(
        room,
        draw(held()),
        PriceRange(min=least, max=least + least * spread // 10_000),
        fee=Ratio(draw(st.integers(0, 100))) * Ratio("0.0001"),
        orders=draw(st.sampled_from(((), (RESTING,)))),
        allowance=draw(st.sampled_from((0, 10**9, 10**15))),
        router=draw(st.sampled_from(room.routers)),
    )


# What is wanted ---------------------------------------------------------------------------------------
slips = st.integers(0, 90).map(lambda n: Ratio(n) * Ratio("0.0001"))
amounts = st.integers(1, 10**12).map(lambda units: Usd.from_int(units, 6))
ONE = Ratio(1)


@st.composite
def increases(draw: st.DrawFn, view: View) -> Leg:
    market = view.market(ETH)
    worst = market.mark * (ONE - market.fee) * (ONE - draw(slips))
    trade = Trade(market=ETH, size=-Base.from_int(draw(coins), 18), worst=worst, reduce_only=False)
    return Leg(venue=VENUE, actions=(*draw(st.lists(amounts.map(_fund), max_size=2)), trade))


def _fund(amount: Usd) -> Fund:
    return Fund(amount=amount)


@st.composite
def reductions(draw: st.DrawFn, view: View) -> Leg:
    """Of one position, whole or in part."""
    closed = draw(st.sampled_from(view.positions))
    market, whole = view.market(closed.market), abs(closed.size).to_int(18)
    size = Base.from_int(draw(st.sampled_from((whole, draw(st.integers(1, whole))))), 18)
    sells = closed.size.sign() > 0
    slip, fee = draw(slips), market.fee
    worst = market.mark * ((ONE - fee) * (ONE - slip) if sells else (ONE + fee) * (ONE + slip))
    trade = Trade(market=closed.market, size=-size if sells else size, worst=worst, reduce_only=True)
    funds = draw(st.lists(amounts.map(_fund), max_size=1)) if view.size(ETH) else []
    return Leg(venue=VENUE, actions=(*funds, trade), kind=draw(st.sampled_from((Kind.REBALANCE, Kind.FLATTEN))))


@st.composite
def stops(draw: st.DrawFn, view: View) -> Leg:
    whole = abs(view.size(ETH)).to_int(18)
    trigger = view.market(ETH).mark * (Ratio("1.02") + draw(slips))
    protect = Protect(market=ETH, size=Base.from_int(draw(st.integers(1, whole)), 18), trigger=trigger)
    return Leg(venue=VENUE, actions=(protect,))


def others(room: GmxV2, view: View) -> st.SearchStrategy[Leg]:
    """Collateral on its own, to and fro; orders taken back; funding claimed."""
    moved = amounts.map(lambda amount: [Fund(amount=amount), Fund(amount=-amount)] if view.size(ETH) else [])
    keys = st.binary(min_size=32, max_size=32).map(lambda key: [Cancel(order_id=f"0x{key.hex()}")])
    claims: list[Action] = [] if room.delegated else [Claim(market=ETH)]
    kinds: st.SearchStrategy[Sequence[Action]] = st.one_of(moved, keys, st.just(claims))
    return kinds.map(lambda actions: Leg(venue=VENUE, actions=tuple(actions)))


@st.composite
def plans(draw: st.DrawFn) -> tuple[GmxV2, View, tuple[Leg, ...]]:
    """Of each kind at most one leg, in any order: no two reductions of one round overlap."""
    room = room_of(draw(st.sampled_from((ACCOUNT, OPERATOR))))
    view = draw(views(room))
    kinds = [increases(view), others(room, view)]
    kinds += [reductions(view)] if view.positions else []
    kinds += [stops(view)] if view.size(ETH) and len(kinds) < 3 else []
    legs = [draw(kind) for kind in kinds if draw(st.booleans())]
    return room, view, tuple(draw(st.permutations(legs)))


@given(plans())
def test_firewall__whatever_compose_makes_of_a_leg__passes(
    plan: tuple[GmxV2, View, tuple[Leg, ...]],
) -> None:
    room, view, legs = plan
    firewall = Firewall({VENUE: dialect_of(room.account)})
    drafts = [room.compose(leg, view, TERMS) for leg in legs]
    made = [draft for draft in drafts if isinstance(draft, Draft)]
    assert [draft for draft in drafts if isinstance(draft, Cannot)] == []
    rules = _rules(view, made)
    signed = list[tuple[Name, Payload]]()
    for payload in (payload for draft in made for payload in draft.payloads):
        assert firewall.first(VENUE, payload, rules, signed) == ()
        signed.append((VENUE, payload))


def _rules(view: View, drafts: Sequence[Draft]) -> Rules:
    """As a run makes them, of a rehearsal where all went well."""
    outside = view.market(ETH).mark * Ratio("1.003")
    quote = Quote(
        source=Name("feed"), underlying=ETH, price=outside, stamp=STAMP, updated_ms=STAMP.time_ms, max_age_s=60
    )
    before = Snapshot(views=(view,), quotes=(quote,), terms=(TERMS,))
    payloads = (payload for draft in drafts for payload in draft.payloads if isinstance(payload, EvmTx))
    played = tuple(Played(tx=payload, ok=True, gas_used=900_000) for payload in payloads)
    rehearsal = Rehearsal(before=before, after=before, drafts=tuple(drafts), played=played)
    return make_rules(LIMITS, {VENUE: LANE})(rehearsal, Memory())
