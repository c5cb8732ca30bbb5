"""The liquidation price that is shown is the price at which a venue liquidates, whatever the account holds.

The venue here is written down once more, from its own end: collateral, entry prices, and a rule.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from agent.hedge import liquidation_price
from agent.model import Market, Name, Position, View, value
from agent.units import Base, Price, Ratio, Usd
from tests.fuzz.moments import SEARCH, amounts
from tests.unit.hedge import scene

BTC = Name("BTC")
NEAR = Decimal("0.000001")
Shown = Callable[[View, Market], Price | None]


@value
class Account:
    """What was posted, and what was bought and sold at which price."""

    collateral: Decimal
    sizes: tuple[Decimal, Decimal]
    entries: tuple[Decimal, Decimal]
    fractions: tuple[Decimal, Decimal]

    def equity(self, *marks: Decimal) -> Decimal:
        gains = (s * (mark - e) for s, mark, e in zip(self.sizes, marks, self.entries, strict=True))
        return self.collateral + sum(gains)

    def liquidates(self, *marks: Decimal) -> bool:
        """Perp v2, AccountBalance.getLiquidatablePositionSize: the account value is below the requirement."""
        required = (f * abs(s) * mark for f, s, mark in zip(self.fractions, self.sizes, marks, strict=True))
        return self.equity(*marks) < sum(required)

    def view(self, *marks: Decimal) -> View:
        """As the venue shows it at these marks: what was posted and at which price is not to be seen."""
        names = (scene.ETH, BTC)
        markets = tuple(
            replace(scene.market(str(mark)), name=name, underlying=name, maintenance_margin=Ratio(fraction))
            for name, mark, fraction in zip(names, marks, self.fractions, strict=True)
        )
        seen = scene.view(equity=str(self.equity(*marks)))
        held = tuple(
            Position(market=name, size=Base(size), entry=Price(1))
            for name, size in zip(names, self.sizes, strict=True)
            if size
        )
        return replace(seen, markets=markets, positions=held)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    size = st.one_of(amounts("-20", "-0.01", 2), amounts("0.01", "20", 2))
    return Account(
        collateral=draw(amounts("0", "60000", 2)),
        sizes=(draw(size), draw(st.one_of(st.just(Decimal(0)), amounts("-1", "1", 2)))),
        entries=(draw(amounts("500", "4000", 2)), draw(amounts("20000", "60000", 2))),
        fractions=(draw(st.sampled_from([Decimal("0.0625"), Decimal("0.01")])), Decimal("0.0625")),
    )


def every_account(shown: Shown) -> None:
    @SEARCH
    @given(accounts(), amounts("200", "8000", 2), amounts("10000", "90000", 2))
    def holds(account: Account, mark: Decimal, other: Decimal) -> None:
        view = account.view(mark, other)
        price = shown(view, view.markets[0])
        if price is None:
            assert len({account.liquidates(Decimal(at), other) for at in (1, 100, 2_000, 10**6)}) == 1
            return
        below, above = (account.liquidates(price.raw * (1 + step), other) for step in (-NEAR, NEAR))
        assert (below, above) == ((False, True) if account.sizes[0] < 0 else (True, False))

    holds()


def of_this_position_alone(view: View, market: Market) -> Price | None:
    return liquidation_price(replace(view, positions=view.positions[:1]), market)


def at_the_initial_margin(view: View, market: Market) -> Price | None:
    return liquidation_price(view, replace(market, maintenance_margin=market.initial_margin))


def at_no_equity(view: View, market: Market) -> Price | None:
    return liquidation_price(view, replace(market, maintenance_margin=Ratio(0)))


def test_liquidation_price__any_account__is_where_the_venue_liquidates() -> None:
    every_account(liquidation_price)


@pytest.mark.parametrize("breakage", [of_this_position_alone, at_the_initial_margin, at_no_equity])
def test_liquidation_price__named_breakage__is_caught(breakage: Shown) -> None:
    with pytest.raises(AssertionError):
        every_account(breakage)


def test_liquidation_price__a_short_that_owes_nothing__is_known_to_the_cent() -> None:
    """Sold 10 at 2,000 with 10,000 posted: 10,000 + 10 * (2,000 - P) = 6.25 % * 10 * P."""
    account = Account(
        collateral=Decimal(10_000),
        sizes=(Decimal(-10), Decimal(0)),
        entries=(Decimal(2_000), Decimal(1)),
        fractions=(Decimal("0.0625"), Decimal(0)),
    )
    view = account.view(Decimal(1_500), Decimal(1))

    price = liquidation_price(view, view.markets[0])

    assert price is not None
    assert abs(price - Price("2823.529")) < Price("0.001")
    assert view.equity == Usd(15_000)
