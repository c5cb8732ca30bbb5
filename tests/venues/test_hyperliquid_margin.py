"""Sizing, rescue and liquidation on the local exchange server: what is planned from what is seen is what holds."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from agent.hedge import Hedge, Limits, leverage, make_check, make_decide, make_flatten, make_policy, notional
from agent.hedge.carry import carry_a_year
from agent.model import (
    Cannot,
    Code,
    Dropped,
    Fund,
    Held,
    Holding,
    Kind,
    Leg,
    Memory,
    Name,
    Plan,
    Quote,
    SeenExposure,
    Snapshot,
    Trade,
    Verdict,
)
from agent.model.times import YEAR_S
from agent.units import Base, Price, Ratio, Usd
from tests.kit.hyperliquid.exchange import Exchange
from tests.unit.venues.hyperliquid.scene import Scene, action_of
from tests.venues.hyperliquid import ACCOUNT, ETH, HL, HyperliquidBench, bench, endowed

WALLET, OUTSIDE = Name("cold"), Name("outside")
LIMITS = Limits(max_order=Usd(10**6), max_leg=Usd(10**6), max_daily_turnover=Usd(10**7))
HEDGE = Hedge(underlying=ETH, policy=make_policy("full", {}), wallets=(WALLET,), venues=(HL,), cooldown_s=0)


class Manager(Scene):
    """Looks, decides, passes the gates, rehearses and sends; remembers what a journal would."""

    def __init__(self, bench: HyperliquidBench, spot: int = 0, limits: Limits = LIMITS) -> None:
        super().__init__(bench)
        self.spot, self.limits, self.position_of_ours = Base(spot), limits, Base(0)

    def snapshot(self) -> Snapshot:
        view = self.view()
        market = view.market(ETH)
        held = Held(
            wallet=WALLET, stamp=view.stamp, holdings=(Holding(where=WALLET, underlying=ETH, amount=self.spot),)
        )
        quote = Quote(
            source=OUTSIDE, underlying=ETH, price=market.index, stamp=view.stamp,
            updated_ms=view.stamp.time_ms, max_age_s=60,
        )  # fmt: skip
        return Snapshot(views=(view,), held=(held,), quotes=(quote,), terms=(self.terms(),))

    @property
    def memory(self) -> Memory:
        return Memory(positions={(HL, ETH): self.position_of_ours}, exposures={ETH: SeenExposure(taken=self.spot)})

    def plan(self) -> tuple[Plan, Verdict]:
        snapshot = self.snapshot()
        plan = make_decide([HEDGE], self.limits)(snapshot, self.memory)
        return plan, make_check([HEDGE], self.limits, {HL: self.venue.lane})(plan, snapshot, self.memory)

    def carry_out(self, legs: tuple[Leg, ...]) -> list[dict[str, Any]]:
        """The actions that were sent; the position ends as rehearsed."""
        sent = list[dict[str, Any]]()
        for leg in legs:
            draft = self.draft(*leg.actions)
            rehearsed = self.rehearse(draft)
            self.send_all(self.sign(draft))
            self.exchange.advance(1)
            assert self.position() == rehearsed.size(ETH)
            sent += map(action_of, draft.payloads)
        self.position_of_ours = self.position()
        return sent

    def run(self) -> tuple[Plan, list[dict[str, Any]]]:
        plan, verdict = self.plan()
        assert verdict.dropped == ()
        return plan, self.carry_out(verdict.legs)


Opens: TypeAlias = Callable[..., Manager]


@pytest.fixture
def opens() -> Iterator[Opens]:
    with ExitStack() as stack:

        def manager(
            exchange: Exchange | None = None, *, spot: int = 0, limits: Limits = LIMITS, **options: Any
        ) -> Manager:
            return Manager(stack.enter_context(bench(exchange or endowed(), **options)), spot, limits)

        yield manager


def codes(plan: Plan) -> list[Code]:
    return [reason.code for reason in plan.reasons]


def said(dropped: tuple[Dropped, ...]) -> list[Code]:
    return [reason.code for each in dropped for reason in each.reasons]


# Sizing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("margin", ["isolated", "cross"])
def test_increase__with_enough_in_the_account__goes_whole_and_ends_at_the_leverage(opens: Opens, margin: str) -> None:
    manager = opens(spot=10, margin=margin)
    _, sent = manager.run()
    view = manager.view()
    assert [each["type"] for each in sent] == ["updateLeverage", "order"]
    assert view.size(ETH) == Base(-10)
    geared = leverage(view)
    assert geared is not None
    assert geared <= LIMITS.open_leverage * Ratio("1.01")  # what the fill slips is lost after the margin was drawn
    assert codes(manager.plan()[0]) == [Code.IN_BAND]


@pytest.mark.parametrize("margin", ["isolated", "cross"])
def test_increase__with_too_little__goes_as_far_as_the_exchange_opens_and_asks_for_the_rest(
    opens: Opens, margin: str
) -> None:
    manager = opens(endowed(usdc=5_000), spot=10, margin=margin)
    plan, _ = manager.run()
    assert codes(plan) == [Code.COLLATERAL]
    assert f"send USDC to {ACCOUNT} on Hyperliquid testnet" in plan.reasons[0].value
    assert Base("-5") < manager.position() < Base("-4.8")


def test_increase__of_a_position_under_water__brings_it_back_to_the_leverage_too(opens: Opens) -> None:
    manager = opens(spot=4)
    manager.run()
    manager.exchange.set_price("ETH", Decimal(2_250))
    geared = leverage(manager.view())
    assert geared is not None
    assert geared > Ratio("2.5")
    manager.spot = Base(5)
    _, sent = manager.run()
    assert [each["type"] for each in sent] == ["updateIsolatedMargin", "order"]
    geared = leverage(manager.view())
    assert geared is not None
    assert geared <= LIMITS.open_leverage * Ratio("1.01")


# Rescue -----------------------------------------------------------------------------------------------


def test_rescue__isolated__moves_free_balance_behind_the_position_which_survives(opens: Opens) -> None:
    manager = opens(spot=4)
    manager.run()
    ended = Decimal(manager.shown()["liquidationPx"])
    manager.exchange.set_price("ETH", Decimal(2_390))
    assert codes(manager.plan()[0]) == [Code.IN_BAND]
    manager.exchange.set_price("ETH", Decimal(2_420))
    plan, sent = manager.run()
    assert [leg.kind for leg in plan.legs] == [Kind.RESCUE]
    [action] = sent
    view = manager.view()
    assert (action["type"], action["asset"]) == ("updateIsolatedMargin", 1)
    assert abs(notional(view) - view.equity * LIMITS.open_leverage) < Usd(1)
    assert view.equity + view.reserve == Usd(manager.account_value())
    manager.exchange.set_price("ETH", ended + 50)
    assert manager.position() == Base(-4)


def test_rescue__left_undone__ends_in_a_liquidation_that_a_person_is_told_of(opens: Opens) -> None:
    manager = opens(spot=4)
    manager.run()
    manager.exchange.set_price("ETH", Decimal(manager.shown()["liquidationPx"]) + 50)
    assert manager.position() == Base(0)
    plan, verdict = manager.plan()
    assert Code.FOREIGN_FILL in codes(plan)
    assert verdict.legs == ()


def test_rescue__with_too_little_left__uses_it_all_and_asks(opens: Opens) -> None:
    manager = opens(endowed(usdc=4_300), spot=4)
    manager.run()
    reserve = manager.view().reserve
    manager.exchange.set_price("ETH", Decimal(2_470))
    plan, [action] = manager.run()
    assert action["ntli"] == reserve.to_int(6)
    assert codes(plan) == [Code.RESCUE, Code.IN_BAND]
    assert "liquidates at +" in plan.reasons[0].value


def test_rescue__cross__has_nothing_to_move_and_asks(opens: Opens) -> None:
    manager = opens(endowed(usdc=5_000), spot=4, margin="cross")
    manager.run()
    manager.exchange.set_price("ETH", Decimal(2_620))
    plan, verdict = manager.plan()
    assert codes(plan)[0] is Code.RESCUE
    assert verdict.legs == ()
    assert "more collateral needed than the reserve of 0 USD: send USDC to" in plan.reasons[0].value


def test_rescue__too_late_for_a_person__shrinks_and_puts_what_comes_free_behind_the_rest(opens: Opens) -> None:
    """The exchange hands back the margin of what is closed: the next round moves it behind what stays."""
    manager = opens(endowed(usdc=4_100), spot=4)
    manager.run()
    manager.exchange.set_price("ETH", Decimal(2_700))
    sent = [[each["type"] for each in manager.run()[1]] for _ in range(3)]
    assert sent == [["updateIsolatedMargin", "order"], ["updateIsolatedMargin"], []]
    assert Base(-4) < manager.position() < Base("-0.5")
    geared = leverage(manager.view())
    assert geared is not None
    assert geared <= LIMITS.open_leverage * Ratio("1.01")
    assert Code.COLLATERAL in codes(manager.plan()[0])


def test_stop__asked_for__rests_behind_the_rescue_moves_with_the_collateral_and_fires_once(opens: Opens) -> None:
    stopped = Limits(max_order=LIMITS.max_order, max_leg=LIMITS.max_leg, protective_stops=True)
    manager = opens(spot=4, limits=stopped)
    manager.run()
    [placed] = manager.run()[1]
    first = manager.view().orders[0].trigger
    assert placed["orders"][0]["t"]["trigger"]["tpsl"] == "sl"
    assert first is not None
    assert Price(2_400) < first < Price(Decimal(manager.shown()["liquidationPx"]))
    assert manager.run()[1] == []
    manager.exchange.set_price("ETH", Decimal(2_420))
    assert [each["type"] for each in manager.run()[1]] == ["updateIsolatedMargin"]
    assert [each["type"] for each in manager.run()[1]] == ["cancel", "order"]
    [resting] = manager.view().orders
    assert resting.trigger is not None
    assert resting.trigger > first
    manager.exchange.set_price("ETH", resting.trigger.raw + 20)
    assert (manager.position(), manager.view().orders) == (Base(0), ())
    plan, verdict = manager.plan()
    assert Code.FOREIGN_FILL in codes(plan)
    assert verdict.legs == ()


def test_leverage__of_cross__is_of_the_whole_account_and_does_not_rescue_early(opens: Opens) -> None:
    manager = opens(spot=4, margin="cross")
    manager.run()
    manager.exchange.set_price("ETH", Decimal(2_620))
    assert codes(manager.plan()[0]) == [Code.IN_BAND, Code.SWEEP]


# What others did --------------------------------------------------------------------------------------


def test_adl__of_a_part__is_told_and_nothing_is_added_until_a_person_has_looked(opens: Opens) -> None:
    manager = opens(spot=4)
    manager.run()
    manager.exchange.deleverage(ACCOUNT, "ETH", Decimal(1))
    plan, verdict = manager.plan()
    assert [reason.value for reason in plan.reasons if reason.code is Code.FOREIGN_FILL] == [
        "it is short 3, our fills add up to short 4"
    ]
    assert Code.FOREIGN_FILL in said(verdict.dropped)
    assert verdict.legs == ()


def test_residue__below_ten_dollars__is_told_and_not_traded(opens: Opens) -> None:
    manager = opens(spot=4)
    manager.run()
    manager.buys_back("3.996")
    manager.spot, manager.position_of_ours = Base(0), Base("-0.004")
    plan, verdict = manager.plan()
    assert (codes(plan), verdict.legs) == ([Code.DUST], ())
    [leg] = make_flatten(LIMITS)(manager.snapshot(), manager.memory).legs
    found = manager.venue.compose(leg, manager.view(), manager.terms())
    assert isinstance(found, Cannot)
    assert found.reason.code is Code.DUST


def test_slices__of_a_large_increase__reach_the_target_in_rounds(opens: Opens) -> None:
    manager = opens(spot=10, limits=Limits(max_order=Usd(8_500), max_leg=Usd(8_500)))
    for position in (Base("-4.25"), Base("-8.5"), Base(-10)):
        plan, _ = manager.run()
        assert abs(manager.position() - position) < Base("0.01")
        assert (Code.SLICED in codes(plan)) is (manager.position() > Base(-10))


def test_flatten__of_a_thin_book__goes_in_rounds_to_zero(opens: Opens) -> None:
    manager = opens(spot=4)
    manager.run()
    manager.exchange.set_book("ETH", [], [(Decimal(2_001), Decimal(3)), (Decimal(2_500), Decimal(9))])
    flatten = make_flatten(LIMITS)
    manager.carry_out(flatten(manager.snapshot(), manager.memory).legs)
    assert manager.position() == Base(-1)
    manager.exchange.set_price("ETH", Decimal(2_000))
    manager.carry_out(flatten(manager.snapshot(), manager.memory).legs)
    assert manager.position() == Base(0)


# Funding ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("margin", ["isolated", "cross"])
@pytest.mark.parametrize("premium", ["0.002", "-0.002"])
def test_carry__of_a_short__is_what_an_hour_really_pays(opens: Opens, margin: str, premium: str) -> None:
    """Positive funding: longs pay, a short receives; on the oracle's notional."""
    manager = opens(spot=4, margin=margin)
    manager.run()
    manager.exchange.set_premium("ETH", Decimal(premium))
    manager.exchange.advance(3_600 - manager.exchange.now_ms // 1_000 % 3_600 + 1)
    before = manager.view()
    market, value = before.market(ETH), manager.account_value()
    expected = carry_a_year(market, before.size(ETH)) * Ratio(Decimal(3_600) / YEAR_S)
    manager.exchange.advance(3_600)
    after = manager.view()
    paid = Usd(manager.account_value() - value)
    assert market.funding.value.sign() == (1 if premium[0] != "-" else -1) == paid.sign()
    assert abs(paid - abs(before.size(ETH)) * market.index * expected) < Usd("0.000001")
    assert after.equity - before.equity == paid


def test_trade__of_the_plan__has_the_collateral_that_the_exchange_draws(opens: Opens) -> None:
    manager = opens(spot=4)
    plan, _ = manager.plan()
    [leg] = plan.legs
    fund, trade = leg.actions
    assert isinstance(fund, Fund)
    assert isinstance(trade, Trade)
    before = manager.view()
    manager.carry_out((leg,))
    drawn = before.reserve - manager.view().reserve
    assert Usd(4_000) < drawn + Usd(1) < fund.amount + Usd(1) < Usd(4_200)
    assert trade.worst > Price(1_975)
