"""The account of a replay: every dollar is somewhere."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.model import Name, Rate, Trade
from agent.replay.account import Account
from agent.replay.conditions import Conditions
from agent.units import Base, Price, Ratio, Usd

CAPITAL = Usd(100_000)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["fund", "fill", "settle", "liquidate"]), st.integers(-50, 50), st.integers(1_000, 5_000)
    ),
    max_size=30,
)


def trade(size: int, worst: int) -> Trade:
    return Trade(market=Name("ETH"), size=Base(size), worst=Price(worst), reduce_only=False)


@given(STEPS)
def test_account__whatever_happens__holds_what_came_in_and_did_not_go_out(steps: list[tuple[str, int, int]]) -> None:
    account = Account(Conditions(), CAPITAL)
    for what, number, price in steps:
        if what == "fund":
            account.fund(Usd(abs(number)))
        elif what == "fill" and number:
            account.fill(trade(number, 10_000 if number > 0 else 1), Price(price))
        elif what == "settle":
            account.settle(Rate(value=Ratio(Decimal(number) / 10_000), interval_s=3600), Price(price))
        elif account.endangered(Price(price)):
            account.liquidate()
    paid = account.fees + account.slippage + account.lost
    accounted = CAPITAL + account.flow + account.funding - paid
    assert abs((account.money + account.reserve - accounted).raw) < Decimal("1e-60")


def test_break_even__of_a_short_and_its_funding__is_the_price_of_its_fills() -> None:
    account = Account(Conditions(), CAPITAL)
    account.fill(trade(-2, 1), Price(3000))
    account.fill(trade(-2, 1), Price(3200))

    assert account.break_even == Price(3100)


def test_endangered__at_the_maintenance_margin__not_a_dollar_before() -> None:
    """1 short from 3,000 on 1,000:  4,000 - P = 2.5 % of P  at 3,902.44."""
    account = Account(Conditions(fee=Ratio(0), slippage=Ratio(0)), CAPITAL)
    account.fund(Usd(1_000))
    account.fill(trade(-1, 1), Price(3000))

    assert not account.endangered(Price("3902.43"))
    assert account.endangered(Price("3902.44"))


def test_liquidate__a_long__closes_it_below_and_leaves_nothing() -> None:
    """1 long from 3,000 on 1,000:  P - 2,000 = 2.5 % of P  at 2,051.28."""
    account = Account(Conditions(fee=Ratio(0), slippage=Ratio(0)), CAPITAL)
    account.fund(Usd(1_000))
    account.fill(trade(1, 9_999), Price(3000))

    assert account.endangered(Price(2051))
    account.liquidate()

    assert (account.size, account.money, account.liquidations) == (Base(0), Usd(0), 1)
    assert abs(account.lost.raw - Decimal(2000) / Decimal("0.975") * Decimal("0.025")) < Decimal("1e-60")
