"""One reserve behind several venues: within one plan no part of it is spent twice."""

from dataclasses import replace

from agent.hedge import make_decide
from agent.model import Code, Fund, Kind, Leg, Memory, Name, Snapshot, View
from agent.units import Base, Usd
from tests.unit.hedge.scene import (
    ETH,
    LIMITS,
    OTHER,
    PERP,
    checked,
    codes,
    denied,
    hedge,
    held,
    market,
    snapshot,
)
from tests.unit.hedge.test_collateral import account, funds

PURSE = "collateral 0xUsd to operator 0xHot"


def sharing(*views: View) -> Snapshot:
    """Each shows the same reserve: it is one and the same."""
    return snapshot(*(replace(each, reserve_at=PURSE) for each in views))


def other(view: View) -> View:
    return replace(view, venue=OTHER)


def test_reserve__two_venues_of_one_operator__is_spent_once() -> None:
    btc = Name("BTC")
    coin = replace(market("20000"), name=btc, underlying=btc)
    second = replace(account("0", "0", "6500"), venue=OTHER, markets=(coin,))
    seen = sharing(account("0", "4000", "6500"), second)
    spot = replace(held("1", wallet=Name("safe")).holdings[0], underlying=btc)
    seen = replace(seen, held=(*seen.held, replace(held(wallet=Name("safe")), holdings=(spot,))))
    hedges = [hedge(), replace(hedge(), underlying=btc, wallets=(Name("safe"),), venues=(OTHER,))]

    plan = make_decide(hedges, LIMITS)(seen, Memory())

    assert funds(plan) == [Usd(6200), Usd("295.8")]  # whole lots of what the 300 carry
    assert codes(plan.reasons) == [Code.COLLATERAL]
    assert plan.reasons[0].limit == "reserve 300 USD, leverage 2"
    apart = replace(seen, views=tuple(replace(each, reserve_at="") for each in seen.views))
    assert funds(make_decide(hedges, LIMITS)(apart, Memory())) == [Usd(6200), Usd("6497.4")]


def test_reserve__a_rescue_and_an_increase__the_rescue_comes_first() -> None:
    seen = sharing(account("0", "0", "5500"), other(account("-10", "4900", "5500")))
    known = Memory(positions={(PERP, ETH): Base(0), (OTHER, ETH): Base(-10)})

    plan = make_decide([replace(hedge(), venues=(PERP, OTHER))], LIMITS)(replace(seen, held=(held("12"),)), known)

    assert [(leg.venue, leg.kind) for leg in plan.legs] == [(OTHER, Kind.RESCUE), (PERP, Kind.REBALANCE)]
    assert funds(plan) == [Usd(5100), Usd("399.84")]


def test_reserve__two_rescues__the_one_nearer_to_its_end_comes_first() -> None:
    seen = sharing(account("-5", "2400", "3000"), other(account("-5", "1000", "3000")))
    known = Memory(positions={(PERP, ETH): Base(-5), (OTHER, ETH): Base(-5)})

    plan = make_decide([replace(hedge(), venues=(PERP, OTHER))], LIMITS)(seen, known)

    assert [(leg.venue, amount) for leg, amount in zip(plan.legs, funds(plan), strict=True)] == [(OTHER, Usd(3000))]
    assert [reason.subject for reason in plan.reasons if reason.code is Code.RESCUE] == [PERP]


def test_gate__two_legs_that_post_one_reserve__the_second_is_denied() -> None:
    seen = sharing(account("-10", "4900", "500"), other(account("-10", "4900", "500")))
    rescues = [Leg(venue=venue, actions=(Fund(amount=Usd(400)),), kind=Kind.RESCUE) for venue in (PERP, OTHER)]

    verdict = checked(rescues, seen)

    assert [leg.venue for leg in verdict.legs] == [PERP]
    assert denied(verdict) == [Code.COLLATERAL]
    assert verdict.dropped[0].reasons[0].value == f"posts 400 USD: send {PURSE}"
