"""Pegs and sequencers: what must be well before anything is added."""

import asyncio

import pytest

from agent.model import Address, Code, Name, Sign
from agent.prices.feed import DECIMALS, LATEST, Feed
from agent.prices.signs import Peg, Sequencer
from agent.reading import drive
from agent.units import Ratio
from tests.kit.scripted import Script

CHAIN, AT, NOW_S = Name("arbitrum"), Address("0x" + "1" * 40), 1_800_000_000
USDC = Peg(
    name=Name("USDC"),
    feed=Feed(source=CHAIN, address=AT, decimals=8),
    max_age_s=90_000,
    rate=Ratio(1),
    max_below=Ratio("0.01"),
)
UPTIME = Sequencer(name=Name("sequencer of arbitrum"), source=CHAIN, address=AT, grace_s=3600)


def peg(answer: int, age_s: int = 60) -> Sign:
    script = Script(CHAIN, NOW_S)
    script.call(LATEST, AT, returns=[9, answer, NOW_S - age_s, NOW_S - age_s, 9])
    script.call(DECIMALS, AT, returns=[8])
    [sign] = asyncio.run(drive([USDC.observe()], script))
    return sign


def uptime(answer: int, since_s: int) -> Sign:
    script = Script(CHAIN, NOW_S)
    script.call(LATEST, AT, returns=[9, answer, since_s, since_s, 9])
    [sign] = asyncio.run(drive([UPTIME.observe()], script))
    return sign


@pytest.mark.parametrize(
    ("answer", "age_s", "wrong"),
    [
        (100_000_000, 60, False),
        (99_000_000, 60, False),
        (98_999_999, 60, True),
        (101_500_000, 60, False),  # worth more: nobody is hurt
        (100_000_000, 90_001, True),
    ],
)
def test_peg__by_its_rate_and_age__is_well_or_wrong(answer: int, age_s: int, *, wrong: bool) -> None:
    assert peg(answer, age_s).wrong is wrong


def test_peg__off__says_how_far_and_what_is_allowed() -> None:
    sign = peg(88_000_000)
    assert (sign.code, sign.found, sign.limit) == (Code.DEPEG, "0.88, 60 s old", "at least 0.99")


@pytest.mark.parametrize(
    ("answer", "since_s", "wrong"),
    [(0, NOW_S - 3600, False), (0, NOW_S - 3599, True), (1, NOW_S - 7200, True), (0, 0, True)],
)
def test_sequencer__down_or_up_too_short_or_never_set__is_wrong(answer: int, since_s: int, *, wrong: bool) -> None:
    assert uptime(answer, since_s).wrong is wrong


def test_sequencer__down__says_for_how_long() -> None:
    sign = uptime(1, NOW_S - 7200)
    assert (sign.code, sign.found, sign.limit) == (Code.SEQUENCER, "down for 7200 s", "up for 3600 s")
