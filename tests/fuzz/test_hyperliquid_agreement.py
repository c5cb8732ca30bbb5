"""Hyperliquid composes, the firewall reads, and they share no code: what the one makes the other lets through."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.firewall import Firewall
from agent.hedge import Limits, make_rules
from agent.model import (
    Address,
    Cancel,
    Draft,
    Fund,
    Kind,
    Leg,
    Memory,
    Name,
    Payload,
    Protect,
    Quote,
    Rehearsal,
    Rules,
    Snapshot,
    Stamp,
    Terms,
    Trade,
    View,
)
from agent.settings import Configuration
from agent.units import Price, Ratio, Usd
from agent.venues.hyperliquid.compose import compose
from agent.venues.hyperliquid.facts import Facts
from agent.venues.hyperliquid.observe import look
from agent.venues.hyperliquid.setup import Setup
from agent.venues.hyperliquid.structs import Account, Agent, Asset, Book, Held, Leverage, Resting, Tier
from agent.wiring import hyperliquid
from tests.unit.firewall.hyperliquid_scene import ENDPOINT, LANE, NONCE, PEPE
from tests.unit.firewall.scene import ACCOUNT, BTC, ETH, EXPIRES_MS, OPERATOR, OWNER, VENUE

STAMP = Stamp(source=VENUE, time_ms=NONCE)
TERMS = Terms(lane=LANE, stamp=STAMP, nonce=NONCE, max_fee=0, tip=0, ceiling=0, expires_ms=EXPIRES_MS)
LIMITS = Limits(max_order=Usd(10**9), max_daily_turnover=Usd(10**9))
OID = 77_738_308
MARKETS: dict[str, dict[str, Any]] = {
    ETH: {"coin": "ETH", "asset": 4, "size_decimals": 4},
    BTC: {"coin": "BTC", "asset": 0, "size_decimals": 5, "leverage": 1},
    PEPE: {"coin": "kPEPE", "asset": 61, "size_decimals": 0, "multiplier": "1000"},
}
BACKED = (*map(Decimal, ("0.1", "0.3333333", "0.45", "0.7", "1")),)
PRICES = {"ETH": (10**5, 10**6, 2), "BTC": (60_000 * 10, 250_000 * 10, 1), "kPEPE": (2_000, 90_000, 6)}
"""Marks in the last of so many decimals: they need not be legal for an order."""


def configuration(margin: str, **account: Address) -> Configuration:
    venue = {
        "kind": "hyperliquid",
        "network": "testnet",
        "url": ENDPOINT,
        "operator": "hot",
        "markets": {name: {"underlying": name, "margin": margin, **market} for name, market in MARKETS.items()},
        **account,
    }
    return Configuration.model_validate(
        {
            "chains": {"local": {"id": 31_337, "rpc": ["http://localhost:8545"], "max_fee_gwei": "50"}},
            "keys": {"hot": {"address": OPERATOR, "file": "key"}},
            "venues": {VENUE: venue},
            "hedges": {name: {"policy": "full", "venues": [VENUE]} for name in MARKETS},
            "unhedged": [],
        }
    )


def room_of(settings: Configuration) -> tuple[Setup, Firewall]:
    configured: Any = settings.venues[VENUE]
    dialect = hyperliquid.dialect(settings, VENUE, configured)
    return hyperliquid.venue(settings, VENUE, configured), Firewall({VENUE: dialect})


ROOMS = [
    room_of(configuration(margin, account=ACCOUNT, **sub))
    for margin in ("isolated", "cross")
    for sub in ({}, {"master": OWNER})
]
"""A master account, and a sub-account."""


# What is there ----------------------------------------------------------------------------------------
@st.composite
def assets(draw: st.DrawFn, *, isolated: bool) -> Mapping[str, Asset]:
    return {market["coin"]: draw(an_asset(market, isolated=isolated)) for market in MARKETS.values()}


@st.composite
def an_asset(draw: st.DrawFn, market: dict[str, Any], *, isolated: bool) -> Asset:
    least, most, decimals = PRICES[market["coin"]]
    mark, largest = Decimal(draw(st.integers(least, most))).scaleb(-decimals), draw(st.integers(1, 50))
    return Asset(
        index=market["asset"],
        coin=market["coin"],
        size_decimals=market["size_decimals"],
        max_leverage=largest,
        delisted=False,
        isolated_only=isolated and draw(st.booleans()),
        tiers=(Tier(lower=Decimal(0), max_leverage=largest),),
        oracle=mark,
        mark=mark,
        funding=Decimal("0.0000125"),
    )


@st.composite
def held(draw: st.DrawFn, asset: Asset, *, isolated: bool) -> tuple[Held, ...]:
    """None, a short or a long, of some hundred dollars at least; with a part of its worth behind it, or all."""
    if draw(st.booleans()):
        return ()
    lot = Decimal(1).scaleb(-asset.size_decimals)
    size = (Decimal(draw(st.integers(500, 10**6))) / asset.mark).quantize(lot) * draw(st.sampled_from((1, -1, -1)))
    return (
        Held(
            coin=asset.coin,
            size=size,
            entry=asset.mark,
            liquidation=None,
            margin_used=abs(size) * asset.mark * draw(st.sampled_from(BACKED)),
            result=Decimal(0),
            leverage=Leverage(kind="isolated" if isolated else "cross", value=draw(st.sampled_from((2, 2, 3)))),
        ),
    )


@st.composite
def views(draw: st.DrawFn, setup: Setup) -> View:
    isolated = setup.settings.isolated
    universe = draw(assets(isolated=isolated))
    positions = [each for asset in universe.values() for each in draw(held(asset, isolated=isolated))]
    resting = Resting(
        coin=draw(st.sampled_from(list(universe))),
        oid=OID,
        cloid=None,
        buys=True,
        left=Decimal(1),
        since_ms=NONCE,
        trigger=draw(st.booleans()),
        reduce_only=True,
    )
    account = Account(
        time_ms=NONCE,
        value=Decimal(10**6),
        withdrawable=Decimal(10**5),
        margin_used=Decimal(0),
        positions=tuple(positions),
    )
    leverages = st.sampled_from((("isolated", 2), ("cross", 20), ("cross", 3)))
    facts = Facts(
        mode="disabled",
        universe=universe,
        account=account,
        balances={},
        orders=(resting,),
        books=dict.fromkeys(universe, Book(bids=(), asks=())),
        settings={coin: draw(leverages) for coin in universe},
        agents=(Agent(name="bot", address=OPERATOR.lower(), until_ms=None),),
        actions_left=10_000,
    )
    return look(setup, facts)


# What is planned --------------------------------------------------------------------------------------
dollars = st.decimals(20, 10**5, places=7).map(Usd)
slips = st.decimals("0", "0.005", places=9).map(Ratio)
names = st.sampled_from([Name(name) for name in MARKETS])


@st.composite
def increases(draw: st.DrawFn, view: View) -> Leg:
    """On the side of the position that is there; in several slices, with or without collateral."""
    name, slip = draw(names), draw(slips)
    market, buys = view.market(name), view.size(name).sign() > 0
    size = draw(dollars) / market.mark
    worst = market.mark * (Ratio(1) + slip if buys else Ratio(1) - slip)
    trade = Trade(market=name, size=size if buys else -size, worst=worst, reduce_only=False)
    fund = (Fund(amount=draw(dollars)),) if view.reserve and draw(st.booleans()) else ()
    return Leg(venue=VENUE, actions=(*fund, *(trade,) * draw(st.integers(1, 3))))


@st.composite
def reductions(draw: st.DrawFn, view: View) -> Leg:
    """All of a position, or a part of it; a flatten too."""
    position, slip = draw(st.sampled_from(view.positions)), draw(slips)
    market, part = view.market(position.market), draw(st.decimals("0.1", 1, places=5).map(Ratio))
    sells = position.size.sign() > 0
    worst = market.mark * (Ratio(1) - slip if sells else Ratio(1) + slip)
    trade = Trade(market=position.market, size=-position.size * part, worst=worst, reduce_only=True)
    return Leg(venue=VENUE, actions=(trade,), kind=draw(st.sampled_from((Kind.REBALANCE, Kind.RESCUE, Kind.FLATTEN))))


@st.composite
def stops(draw: st.DrawFn, view: View) -> Leg:
    position, away = draw(st.sampled_from(view.positions)), draw(st.decimals("0.05", "0.5", places=7).map(Ratio))
    mark, part = view.market(position.market).mark, draw(st.decimals("0.1", 1, places=5).map(Ratio))
    trigger = mark * (Ratio(1) - away if position.size.sign() > 0 else Ratio(1) + away)
    return Leg(venue=VENUE, actions=(Protect(market=position.market, size=-position.size * part, trigger=trigger),))


@st.composite
def funds(draw: st.DrawFn, view: View) -> Leg:
    """For the isolated positions, or out of what lies in one of them beyond half of its worth."""
    backed = [(each, each.margin, abs(each.size) * view.market(each.market).mark) for each in view.positions]
    spare = [margin - worth * Ratio("0.5") for _, margin, worth in backed if margin is not None]
    taken = max(spare) * draw(st.decimals("0.1", 1, places=5).map(Ratio))
    amounts = [draw(dollars), *([Usd(-taken.raw)] if taken.sign() > 0 else [])]
    return Leg(venue=VENUE, actions=(Fund(amount=draw(st.sampled_from(amounts))),))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Setup, Firewall, View, Leg]:
    setup, firewall = draw(st.sampled_from(ROOMS))
    view = draw(views(setup))
    kinds = [increases(view), st.just(Leg(venue=VENUE, actions=(Cancel(order_id=str(OID)),)))]
    kinds += [reductions(view), stops(view)] if view.positions else []
    kinds += [funds(view)] if setup.settings.isolated and view.positions else []
    return setup, firewall, view, draw(st.one_of(kinds))


@given(plans())
def test_firewall__whatever_compose_makes_of_a_leg__passes(plan: tuple[Setup, Firewall, View, Leg]) -> None:
    setup, firewall, view, leg = plan
    draft = compose(setup, leg, view, TERMS)
    assert isinstance(draft, Draft)
    rules, signed = _rules(view, draft), list[tuple[Name, Payload]]()
    for payload in draft.payloads:
        assert firewall.first(VENUE, payload, rules, signed) == ()
        signed.append((VENUE, payload))


def _rules(view: View, draft: Draft) -> Rules:
    """As a run makes them, of a rehearsal where all went well."""
    quotes = tuple(_quote(market.underlying, market.mark) for market in view.markets)
    before = Snapshot(views=(view,), quotes=quotes, terms=(TERMS,))
    return make_rules(LIMITS, {VENUE: LANE})(Rehearsal(before=before, after=before, drafts=(draft,)), Memory())


def _quote(underlying: Name, mark: Price) -> Quote:
    return Quote(
        source=Name("feed"),
        underlying=underlying,
        price=mark * Ratio("1.003"),
        stamp=STAMP,
        updated_ms=STAMP.time_ms,
        max_age_s=60,
    )
