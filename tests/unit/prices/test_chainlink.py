"""An aggregator's answer, and what is no price."""

import asyncio

import pytest

from agent.errors import Mismatch, Unreadable
from agent.model import Address, Name, Quote
from agent.prices.chainlink import Chainlink
from agent.prices.feed import DECIMALS, LATEST, Feed
from agent.reading import drive
from agent.units import Price
from tests.kit.scripted import Script

CHAIN, ETH_USD, NOW_S = Name("arbitrum"), Address("0x" + "1" * 40), 1_800_000_000
SOURCE = Chainlink(
    name=Name("chainlink-eth"),
    underlying=Name("ETH"),
    feed=Feed(source=CHAIN, address=ETH_USD, decimals=8),
    max_age_s=3_900,
)


def read(
    answer: int = 2_000_12345678,
    updated_s: int = NOW_S - 60,
    round_id: int = 9,
    answered_in: int = 9,
    decimals: int = 8,
) -> tuple[Quote, Script]:
    script = Script(CHAIN, NOW_S)
    script.call(LATEST, ETH_USD, returns=[round_id, answer, updated_s, updated_s, answered_in])
    script.call(DECIMALS, ETH_USD, returns=[decimals])
    [quote] = asyncio.run(drive([SOURCE.observe()], script))
    return quote, script


def test_quote__of_a_fresh_answer__is_in_dollars_with_its_own_time() -> None:
    quote, script = read()
    assert quote == Quote(
        source=Name("chainlink-eth"),
        underlying=Name("ETH"),
        price=Price("2000.12345678"),
        stamp=script.stamp,
        updated_ms=(NOW_S - 60) * 1000,
        max_age_s=3_900,
    )
    assert script.batches == [3]


def test_quote__of_an_old_answer__is_told_with_its_age_and_not_judged() -> None:
    assert read(updated_s=NOW_S - 100_000)[0].updated_ms == (NOW_S - 100_000) * 1000


def test_quote__of_an_answer_set_in_this_very_block__is_a_price() -> None:
    assert read(updated_s=NOW_S)[0].updated_ms == NOW_S * 1000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answer": 0}, "answers 0, which is not a price"),
        ({"answer": -1}, "answers -1, which is not a price"),
        ({"decimals": 18}, "has 18 decimals, but 8 are configured"),
        ({"answered_in": 8}, "carries an old answer, of round 8, in round 9"),
        ({"updated_s": NOW_S + 1}, f"was updated at {NOW_S + 1}, but the block's time is {NOW_S}"),
        ({"updated_s": 0}, "was updated at 0"),
    ],
)
def test_quote__of_what_is_no_price__is_unreadable_and_names_the_feed(wrong: dict[str, int], said: str) -> None:
    with pytest.raises(Unreadable, match=f"feed {ETH_USD} on arbitrum {said}"):
        read(**wrong)


def test_quote__in_other_decimals_than_configured__is_for_a_person() -> None:
    with pytest.raises(Mismatch):
        read(decimals=18)
    with pytest.raises(Unreadable) as caught:
        read(answer=0)
    assert not isinstance(caught.value, Mismatch)


def test_quote__where_there_is_no_contract__is_unreadable() -> None:
    script = Script(CHAIN).call(LATEST, ETH_USD, returns=None).call(DECIMALS, ETH_USD, returns=None)
    with pytest.raises(Mismatch, match=rf"arbitrum.*{ETH_USD} answered nothing"):
        asyncio.run(drive([SOURCE.observe()], script))
