"""Real hours of three coins: a constant short of one coin without costs and margin, against figures worked out apart.

P&L is funding and change of basis, and nothing else. The figures stand beside the data, in its README.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent.records import Bar
from agent.records.sheet import bars
from agent.units import Base, Ratio, Usd
from tests.kit import beside
from tests.unit.replay.scene import FREE, replayed

CENT = Decimal("0.01")
A_RUN_A_WEEK = replace(FREE, amount=Base(1), every=168)
"""What a constant policy wants does not depend on how often it is asked: a test below."""


def hours(coin: str, since: str, until: str) -> list[Bar]:
    begins, ends = (int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000 for day in (since, until))
    return [bar for bar in bars(beside.data(f"binance_{coin}_1h.csv.gz")) if begins <= bar.at_ms <= ends]


def cents(amount: Usd) -> Decimal:
    return amount.raw.quantize(CENT)


def day(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%d}"


def first_payment(found: Sequence[Bar]) -> Usd:
    """Made to whoever was short before the first bar: the README counts it as funding, and not as P&L."""
    bar = found[0]
    return Base(1) * bar.mark * bar.funding.value if bar.funding and bar.mark else Usd(0)


@pytest.mark.parametrize(
    ("coin", "since", "unhedged", "hedged", "low", "total", "funding", "basis"),
    [
        ("ETH", "2020-01-01", "-81.3", "-6.3", "2021-05-19", "1714.40", "1713.22", "1.20"),
        ("BTC", "2020-01-01", "-77.2", "-7.1", "2021-02-11", "34913.15", "34878.47", "33.79"),
        ("SOL", "2022-01-01", "-95.4", "-5.1", "2023-01-14", "20.72", "20.64", "0.08"),
    ],
)
def test_full__to_the_end_of_2025__is_funding_and_basis_to_the_cent(
    coin: str, since: str, unhedged: str, hedged: str, low: str, total: str, funding: str, basis: str
) -> None:
    found = hours(coin, since, "2026-01-01")

    result = replayed(found, A_RUN_A_WEEK)

    assert cents(result.total) == Decimal(total)
    assert cents(result.funding + first_payment(found)) == Decimal(funding)
    assert cents(result.spot + result.perp) == Decimal(basis)
    assert result.total == result.funding + result.spot + result.perp
    depths = [(drawdown.depth.raw * 100).quantize(Decimal("0.1")) for drawdown in (result.unhedged, result.hedged)]
    assert depths == [Decimal(unhedged), Decimal(hedged)]
    assert day(result.hedged.low_ms) == low
    assert (result.trades, result.liquidations) == (1, 0)


def test_full__asked_every_hour_or_once_a_week__does_the_same() -> None:
    """The whole May of 2021: 745 decisions against 5."""
    found = hours("ETH", "2021-05-01", "2021-06-01")

    assert replayed(found, replace(A_RUN_A_WEEK, every=1)) == replayed(found, A_RUN_A_WEEK)


def test_full__with_fees_and_margin_through_march_2020__pays_one_fill_and_is_not_liquidated() -> None:
    """On the 13th a last trade printed 323; the mark never did."""
    found = hours("ETH", "2020-03-01", "2020-04-01")
    costly = replace(A_RUN_A_WEEK, margin=True, every=1, fee=Ratio("0.00045"), capital=Usd(250))

    result = replayed(found, costly)

    assert result.liquidations == 0
    assert cents(result.fees) == Decimal("0.10")
    assert result.hedged.depth.raw > Decimal("-0.02")
