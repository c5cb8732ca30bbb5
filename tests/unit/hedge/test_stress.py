"""What a rise of all prices would do to an account, row by row."""

from dataclasses import replace

from agent.hedge.stress import MOVES, stress
from agent.model import Name, Position
from agent.units import Base, Price, Ratio, Usd
from tests.unit.hedge.scene import ETH, market, view

TWO = Ratio(2)


def test_stress__a_two_times_short__at_a_fifth_up_is_four_times() -> None:
    """10 ETH at 2,000 on 10,000. At +20 %: 24,000 on 6,000; to be at 2 times it takes 12,000."""
    row = stress(view("-10", equity="10000"), TWO)[1]

    assert (row.move, row.equity, row.leverage) == (Ratio("0.2"), Usd(6000), Ratio(4))
    assert (row.liquidated, row.add) == (False, Usd(6000))


def test_stress__the_first_move_beyond_the_liquidation_price__and_all_after_it_are_liquidated() -> None:
    """It ends at 30,000 / 10.625 = 2,823.53: +41 %."""
    rows = stress(view("-10", equity="10000"), TWO)

    assert [row.move for row in rows if row.liquidated] == list(MOVES[4:])
    assert rows[4].leverage is None
    assert rows[9].add == Usd(30_000)  # 40,000 / 2, and the 10,000 that are owed by then


def test_stress__the_venues_own_liquidation_price__wins() -> None:
    short = Position(market=ETH, size=Base(-10), entry=Price(2000), liquidation=Price(2300))
    rows = stress(replace(view("-10", equity="10000"), positions=(short,)), TWO)

    assert [row.liquidated for row in rows[:3]] == [False, True, True]


def test_stress__full_margin__outlasts_most_of_a_doubling_and_lacks_nothing_at_first() -> None:
    rows = stress(view("-10", equity="20000"), TWO)

    assert [row.move for row in rows if row.liquidated] == [Ratio("0.9"), Ratio(1)]
    assert [row.add for row in rows[:4]] == [Usd(0), Usd(0), Usd(0), Usd(2000)]


def test_stress__several_positions__rise_together() -> None:
    btc = replace(market("50000"), name=Name("BTC"), underlying=Name("BTC"))
    both = (
        Position(market=ETH, size=Base(-1), entry=Price(2000)),
        Position(market=btc.name, size=Base("-0.1"), entry=Price(50000)),
    )
    account = replace(view(equity="7000"), markets=(market(), btc), positions=both)

    assert stress(account, TWO)[0].equity == Usd(7000 - 200 - 500)


def test_stress__no_position__has_no_rows() -> None:
    assert stress(view("0"), TWO) == ()
