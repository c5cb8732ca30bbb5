"""The replay of a few hours, by hand: what each dollar came from."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.hedge import make_decide
from agent.hedge.policies import Known, Wish
from agent.hedge.policies.full import Full
from agent.hedge.policies.partial import Partial
from agent.model import Code, Memory, Plan, Snapshot
from agent.model.times import HOUR_MS
from agent.records import Bar
from agent.replay import Conditions, replay, walk
from agent.replay.compare import UNBOUND
from agent.units import Base, Price, Ratio, Usd
from tests.unit.replay.scene import COSTLY, FREE, MIDNIGHT, POSTED, bar, hedge, replayed


@pytest.mark.parametrize("price", ["3000", "3100", "2900"])
def test_full__funding_of_a_hundredth_percent__receives_three_dollars_and_no_price_moves_it(price: str) -> None:
    """10 ETH at 3,000; at 3,100 and 2,900 the payment is on the mark of then, the price P&L is 0."""
    found = replayed([bar(0, "3000"), bar(8, price, paid="0.0001")])

    assert found.funding == Base(10) * Price(price) * Ratio("0.0001")
    assert found.spot + found.perp == Usd(0)
    assert found.total == found.funding


def test_full__funding_is_negative__is_paid() -> None:
    found = replayed([bar(0, "3000"), bar(8, "3000", paid="-0.0001")])

    assert found.funding == Usd(-3)
    assert found.cost == Usd(3)


def test_first_bar__its_own_payment__is_not_ours() -> None:
    assert replayed([bar(0, "3000", paid="0.01"), bar(8, "3000")]).funding == Usd(0)


def test_partial__half_of_ten_bitcoin__loses_half_of_a_fall() -> None:
    """10 BTC at 50,000, half hedged, 10 % down: spot -50,000, hedge +25,000."""
    found = replayed([bar(0, "50000"), bar(1, "45000")], wanted=hedge(Partial(ratio=Ratio("0.5"))))

    assert (found.spot, found.perp, found.total) == (Usd(-50_000), Usd(25_000), Usd(-25_000))
    assert found.ratio == Ratio("0.5")


def test_full__a_change_of_basis__is_all_that_is_left() -> None:
    """The perp from 1 % above spot to even: the short gains what the premium was."""
    found = replayed([bar(0, "3000", "3030"), bar(1, "3500", "3500")])

    assert found.total == Base(10) * Price(30)


def test_fees_and_slippage__of_one_fill__are_a_share_of_its_notional() -> None:
    found = replayed([bar(0, "3000"), bar(1, "3000")], COSTLY)

    assert (found.trades, found.turnover) == (1, Usd(30_000))
    assert (found.fees, found.slippage) == (Usd(30), Usd(15))
    assert found.total == Usd(-45)


def test_lots__of_a_tenth__leave_the_rest_unhedged() -> None:
    """100,000 USD of ETH at 3,000 with lots of 0.1: 33.3 of 33.33."""
    found = replayed([bar(0, "3000"), bar(1, "3000")], replace(FREE, amount=Base("33.33"), lot=Base("0.1")))

    assert found.turnover == Usd(99_900)


def test_posted__all_of_the_reserve__is_lost_with_the_position_where_the_mark_reaches_its_end() -> None:
    """15,300 under 10 short from 3,000:  45,300 - 10 P = 2.5 % of 10 P  at 4,419.51. Nothing is left to reopen."""
    found = replayed([bar(0, "3000"), bar(1, "3100", high="4500"), bar(2, "3000")], POSTED)

    ends = Decimal(45_300) / Decimal("10.25")
    assert found.liquidations == 1
    assert abs(found.perp.raw - (30_000 - 10 * ends)) < Decimal("1e-40")
    assert abs(found.lost.raw - ends / 4) < Decimal("1e-40")
    assert abs(found.total.raw + 15_300) < Decimal("1e-40"), "the reserve is gone, the coins are worth what they were"
    assert found.trades == 1


def test_posted__a_wick_of_the_last_trade_alone__liquidates_nothing() -> None:
    wick = replace(bar(1, "3100"), traded=Price(5000))

    assert replayed([bar(0, "3000"), wick, bar(2, "3000")], POSTED).liquidations == 0


def test_posted__without_any_reserve__opens_nothing() -> None:
    found = replayed([bar(0, "3000"), bar(1, "2000")], replace(POSTED, capital=Usd(0)))

    assert (found.trades, found.held[Code.COLLATERAL]) == (0, 2), "and says why, hour by hour"


def test_rescue__from_the_reserve__keeps_what_would_have_been_liquidated() -> None:
    """At 3,750 the leverage is 5: a run posts what the reserve has, before the mark is at 4,500."""
    bars = [bar(0, "3000"), bar(1, "3750"), bar(2, "3800", high="4500")]

    assert replayed(bars, POSTED).liquidations == 1
    assert replayed(bars, replace(POSTED, capital=Usd(60_000))).liquidations == 0


def test_margin_off__whatever_the_mark__nothing_is_liquidated() -> None:
    assert replayed([bar(0, "3000"), bar(1, "3100", high="90000")]).liquidations == 0


def test_gates__a_basis_beyond_the_limit__holds_the_hedge_back() -> None:
    found = replayed([bar(0, "3000", "3200"), bar(1, "3000", "3200"), bar(2, "3000")])

    assert found.held[Code.BASIS] == 2
    assert (found.trades, found.turnover) == (1, Usd(30_000)), "it trades once the basis is gone"


def test_slippage__beyond_the_bound_of_the_trade__fills_nothing() -> None:
    found = replayed([bar(0, "3000")], replace(COSTLY, slippage=Ratio("0.02")))

    assert (found.trades, found.held[Code.SLIPPAGE]) == (0, 1)


def test_hole__without_any_price_of_the_perp__decides_nothing_and_is_counted() -> None:
    found = replayed([bar(0, "3000"), Bar(at_ms=MIDNIGHT + HOUR_MS, spot=Price(2000)), bar(3, "3000")])

    assert (found.holes.bars, found.holes.perp, found.holes.absent) == (3, 1, 1)
    assert found.unhedged.depth == Ratio(Decimal(2000) / 3000 - 1)
    assert found.trades == 1


def test_mark__where_there_is_none__the_last_trade_stands_in_and_is_counted() -> None:
    bare = replace(bar(8, "3000", paid="0.0001"), mark=None, high=None)

    found = replayed([bar(0, "3000"), bare])

    assert found.funding == Usd(3)
    assert (found.holes.mark, found.holes.high) == (1, 1)


def test_spot__that_is_old__is_no_outside_price_to_open_by() -> None:
    """The basis holds it back until the last spot is two hours old."""
    blocked, late = bar(0, "3000", "3200"), [replace(bar(1, "3200"), spot=None), replace(bar(2, "3000"), spot=None)]

    found = replayed([blocked, *late])

    assert found.trades == 0
    assert found.held[Code.ORACLE_STALE] == 1


class Asked:
    """Always says the same, and remembers what it was shown."""

    def __init__(self, size: Ratio | None = None) -> None:
        self.known: list[Known] = []
        self._size = size

    def __call__(self, known: Known, /) -> Wish:
        self.known.append(known)
        return Wish(size=self._size)


def test_since__bars_before_it__are_the_past_and_nothing_else() -> None:
    policy = Asked(Ratio(1))

    bars = [bar(hour, str(2000 + hour), paid="0.0001") for hour in range(-50, 1)]
    found = replayed(bars, wanted=hedge(policy), since_ms=MIDNIGHT)

    past = policy.known[0].past
    assert (found.since_ms, found.funding, found.holes.bars) == (MIDNIGHT, Usd(0), 1)
    assert [(at - MIDNIGHT) // HOUR_MS for at, _ in past.closes[hedge().underlying]] == [-48, -24, 0]
    assert all(len(rows) == 51 for rows in (*past.funding.values(), *past.basis.values()))


def test_every__so_many_hours__a_run_is_made() -> None:
    policy = Asked(Ratio(1))

    replayed([bar(hour, "3000") for hour in range(9)], replace(FREE, every=4), hedge(policy))

    asked = {(known.now_ms - MIDNIGHT) // HOUR_MS for known in policy.known}
    assert asked == {0, 4, 8}


def test_undecided__policy__is_counted_and_trades_nothing() -> None:
    found = replayed([bar(0, "3000"), bar(1, "3000")], wanted=hedge(Asked()))

    assert (found.undecided, found.trades) == (2, 0)


def test_decision__of_every_bar__is_that_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """No shortcut: what makes the decision is called with a snapshot of that very bar."""
    asked: list[int] = []

    def watched(*given: object) -> object:
        decide = make_decide(*given)  # type: ignore[arg-type]

        def deciding(seen: Snapshot, memory: Memory) -> Plan:
            asked.append(seen.time_ms())
            return decide(seen, memory)

        return deciding

    monkeypatch.setattr(walk, "make_decide", watched)
    replayed([bar(0, "3000"), bar(1, "3001"), bar(2, "3002")])

    assert asked == [MIDNIGHT, MIDNIGHT, MIDNIGHT + HOUR_MS, MIDNIGHT + 2 * HOUR_MS], "a trade is looked at once more"


def test_replay__of_bars_without_both_prices__is_none() -> None:
    spot = Bar(at_ms=MIDNIGHT, spot=Price(3000))

    assert replay([spot], hedge(Full()), UNBOUND, Conditions()) is None
