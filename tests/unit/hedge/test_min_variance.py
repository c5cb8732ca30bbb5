"""Across coins: a basket hedged with another coin's perp, by how they moved together."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.hedge.policies import Wish
from agent.hedge.policies.min_variance import MinVariance
from agent.model import Closes, Code, Memory, Name
from agent.units import Ratio, Usd
from tests.unit.hedge.known import KNOWN, closes, remembering
from tests.unit.hedge.scene import DAY, ETH, codes

SEI = Name("SEI")
UP, NOISE = Decimal("0.02"), Decimal("0.012")
STEPS = 22
"""Of four days: 88 returns."""


def walked(returns: Sequence[Decimal], start: int) -> Closes:
    prices = [Decimal(start)]
    for each in returns:
        prices.append(prices[-1] * each.exp())
    return closes(prices)


def market_moves() -> list[Decimal]:
    """Two days up, two days down."""
    return [UP, UP, -UP, -UP] * STEPS


def following(slope: str, noise: Decimal = NOISE) -> list[Decimal]:
    """So much of the market's moves, and moves of its own that are not correlated with them."""
    own = [noise, -noise, -noise, noise] * STEPS
    return [Decimal(slope) * move + each for move, each in zip(market_moves(), own, strict=True)]


def past(sei: Sequence[Decimal]) -> Memory:
    return remembering(prices=walked(market_moves(), 2000), others={SEI: walked(sei, 2)})


def wish(memory: Memory, policy: MinVariance | None = None, eth: int = 0, sei: int = 20_000) -> Wish:
    worths = {ETH: Usd(eth), SEI: Usd(sei)}
    return (policy or MinVariance())(replace(KNOWN, memory=memory, worths=worths))


def close_to(size: object, figure: str) -> bool:
    return isinstance(size, Ratio) and abs(size - Ratio(figure)) < Ratio("0.000001")


def test_worked_example__sei_that_follows_eth_at_four_fifths__is_hedged_at_four_fifths() -> None:
    """Slope 0.8; the variance of ETH's part is 0.8^2 * 0.02^2, of its own 0.012^2: R2 = 0.64."""
    found = wish(past(following("0.8")))

    assert close_to(found.size, "0.8")
    assert found.why == "slope 0.8 of SEI on ETH over 88 days, R2 0.64"
    [told] = found.warns
    assert (told.code, told.value) == (Code.CORRELATION, "R2 0.64 over 88 days: 36 % of the variance of SEI stays")


def test_min_variance__half_of_the_basket_is_the_hedged_coin__weighs_both() -> None:
    found = wish(past(following("0.8")), eth=10_000, sei=10_000)

    assert close_to(found.size, "0.9")
    assert found.why.startswith("slope 0.9 of ETH + SEI on ETH")


def test_min_variance__no_other_coin__is_all_of_it_and_needs_no_history() -> None:
    found = wish(Memory(), eth=20_000, sei=0)

    assert (found.size, found.why, found.warns) == (Ratio(1), "no coin but ETH: all of it", ())


@pytest.mark.parametrize(("slope", "ratio"), [("1.4", "1"), ("-1", "0")])
def test_min_variance__a_slope_beyond_the_basket__is_held_to_it(slope: str, ratio: str) -> None:
    found = wish(past(following(slope)))

    assert found.size == Ratio(ratio)
    assert found.why.startswith(f"slope {slope} of SEI")


def test_min_variance__a_poor_fit__cannot_say_and_leaves_what_stands() -> None:
    found = wish(past(following("0.5")))  # 0.01^2 of 0.01^2 + 0.012^2: R2 0.41

    assert found.size is None
    assert found.why == "cannot say: ETH explains too little of SEI: R2 0.41"
    assert codes(found.warns) == [Code.UNDECIDED]
    assert wish(past(following("0.5")), MinVariance(least_fit=Ratio("0.4"))).size is not None


def test_min_variance__a_coin_that_does_not_move__has_no_fit() -> None:
    assert wish(past([Decimal(0)] * 88)).why == "cannot say: ETH explains too little of SEI: R2 0"


@pytest.mark.parametrize(("least", "says"), [(88, True), (89, False)])
def test_min_variance__too_few_days_with_both_returns__cannot_say(least: int, says: bool) -> None:
    found = wish(past(following("0.8")), MinVariance(least_days=least))

    assert (found.size is not None) == says
    assert says or found.why == "cannot say: 88 days of the last 90 have a return of each of SEI"


def test_min_variance__days_before_the_window__do_not_count() -> None:
    early = [Decimal(0)] * 40 + following("0.8")[40:]

    assert not close_to(wish(past(early)).size, "0.8")
    assert close_to(wish(past(early), MinVariance(window_days=48)).size, "0.8")


@pytest.mark.parametrize(("days_ago", "says"), [(6, True), (7, False)])
def test_min_variance__returns_that_end_long_ago__cannot_say(days_ago: int, *, says: bool) -> None:
    found = past(following("0.8"))
    earlier = {
        coin: tuple((at - days_ago * DAY, price) for at, price in prices)
        for coin, prices in found.past.closes.items()
    }
    late = replace(found, past=replace(found.past, closes=earlier))
    assert (wish(late).size is not None) is says


def test_min_variance__shrinkage__draws_the_ratio_towards_one() -> None:
    assert close_to(wish(past(following("0.8")), MinVariance(shrinkage=Ratio("0.5"))).size, "0.9")


def test_min_variance__a_half_life__listens_to_the_newest_days() -> None:
    changed = following("0.4")[:44] + following("0.9")[44:]

    even, recent = (wish(past(changed), MinVariance(half_life_days=days)).size for days in (0, 5))

    assert close_to(even, "0.65")
    assert isinstance(recent, Ratio)
    assert Ratio("0.8") < recent < Ratio("0.9")


def gaps() -> Iterator[Closes]:
    whole = walked(following("0.8"), 2)
    yield ()
    yield whole[::2]


@pytest.mark.parametrize("sei", gaps())
def test_min_variance__no_two_closes_in_a_row__are_no_returns(sei: Closes) -> None:
    memory = remembering(prices=walked(market_moves(), 2000), others={SEI: sei})

    assert wish(memory).why.startswith("cannot say: 0 days")
