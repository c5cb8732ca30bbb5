"""Margin on the real exchange: where it liquidates, and what it lets be opened."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.hedge import liquidation_price
from agent.model import Code, Fund, Leg, Snapshot, View
from agent.units import Base, Price, Ratio, Usd
from agent.venues.perp_v2 import owner
from agent.venues.perp_v2.reverts import explain
from tests.kit.devnet import market
from tests.unit.hedge.scene import LIMITS, checked, codes, decided, denied, memory, snapshot, traded
from tests.venues.desk import ETH, fund, sell
from tests.venues.perp_v2 import Desk

pytestmark = pytest.mark.chain


def liquidatable(desk: Desk) -> bool:
    """What ClearingHouse.liquidate asks: CH_EAV otherwise."""
    account = desk.venue.account
    worth: int = desk.devnet.contract("ClearingHouse").functions.getAccountValue(account).call()
    balances = desk.devnet.contract("AccountBalance")
    required: int = balances.functions.getMarginRequirementForLiquidation(account).call()
    return worth < required


def liquidates_at(view: View) -> Price:
    price = liquidation_price(view, view.market(ETH))
    assert price is not None
    return price


def test_liquidation_price__as_it_is_shown__is_where_the_exchange_liquidates(desk: Desk) -> None:
    desk.fill(fund("10000"), sell("10", "1980"))
    first = liquidates_at(desk.look())
    for share, expected in (("0.99", False), ("1.01", True)):
        market.set_price(desk.devnet, (first * Ratio(share)).raw)
        view = desk.look()
        assert abs(liquidates_at(view) - first) < first * Ratio("0.002"), "it moves by funding alone"
        assert (view.market(ETH).mark > liquidates_at(view), liquidatable(desk)) == (expected, expected)


def seen(view: View, spot: str) -> Snapshot:
    """The exchange's own view of a hedge of so many ETH."""
    found = snapshot(view, spot=spot, price=str(view.market(ETH).index))
    at = view.stamp
    return replace(
        found,
        held=tuple(replace(each, stamp=at) for each in found.held),
        quotes=tuple(replace(each, stamp=at, updated_ms=at.time_ms) for each in found.quotes),
        terms=tuple(replace(each, stamp=at) for each in found.terms),
    )


def test_increase__carried_by_unrealised_profit_alone__is_refused_before_sending_or_funded(desk: Desk) -> None:
    """The price halves, the owner takes home what is free, more is to be hedged: CH_NEFCI."""
    desk.fill(fund("10000"), sell("10", "1980"))
    market.set_price(desk.devnet, Decimal(1000))
    free = desk.look().free
    assert free is not None
    desk.by_owner(owner.withdraw(desk.venue, free - Usd(1)))
    rich = desk.look()
    assert rich.equity * LIMITS.open_leverage > Base(15) * rich.market(ETH).mark
    poor, known = replace(rich, reserve=Usd(0)), memory(str(rich.size(ETH)))
    bound = str(rich.market(ETH).mark * Ratio("0.99"))

    asked = decided(seen(poor, "15"), known)
    assert (asked.legs, codes(asked.reasons)) == ((), [Code.COLLATERAL])
    naive = Leg(venue=rich.venue, actions=(sell("5", bound),))
    assert Code.COLLATERAL in denied(checked([naive], seen(poor, "15"), known))
    assert "(CH_NEFCI)" in explain(desk.do(sell("5", bound))[-1].said)

    funded = decided(seen(rich, "15"), known)
    assert isinstance(funded.legs[0].actions[0], Fund)
    assert traded(funded) == Base(-5)
    desk.fill(*funded.legs[0].actions)
    assert desk.look().size(ETH) == Base(-15)
