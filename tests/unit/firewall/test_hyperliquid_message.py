"""What stands around an action: its round, its account, its markets; and bodies that say nothing."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from agent.firewall import Rule
from agent.firewall.hyperliquid import Hyperliquid
from agent.model import Kind, Name
from tests.unit.firewall.hyperliquid_scene import (
    MAKERS,
    MASTER,
    SUB_ACCOUNT,
    Case,
    Json,
    flatten,
    increase,
    message,
)
from tests.unit.firewall.scene import BTC, ETH
from tests.unit.firewall.test_hyperliquid import broken_by, buy, led, placed, saying

RNG = Random(10)
Make = Callable[[Hyperliquid, Name, Random], Case]


@pytest.mark.parametrize("make", MAKERS)
def test_plan__none__nothing_at_all_is_signed(make: Make) -> None:
    sound = make(MASTER, ETH, RNG)
    found = broken_by(replace(sound, rules=replace(sound.rules, warrants=())))
    assert found[0] is Rule.NOT_PLANNED
    assert len(found) == 2


def test_rehearsal__none__exits_alone_pass() -> None:
    exit_, entry = flatten(MASTER, BTC, RNG), increase(MASTER, BTC, RNG)
    assert broken_by(replace(exit_, rules=replace(exit_.rules, rehearsed=None))) == []
    assert broken_by(replace(entry, rules=replace(entry.rules, rehearsed=None))) == [Rule.NOT_REHEARSED]
    assert exit_.warrant.leg.kind is Kind.FLATTEN


def test_sub_account__for_its_master__refused_and_the_other_way_round() -> None:
    for made, judge in ((MASTER, SUB_ACCOUNT), (SUB_ACCOUNT, MASTER)):
        assert broken_by(replace(increase(made, ETH, RNG), pins=judge)) == [Rule.RECEIVER]


def test_market__not_configured__refused_whatever_the_plan_says() -> None:
    sound = increase(MASTER, ETH, RNG)
    without = replace(MASTER, markets={BTC: MASTER.markets[BTC]})
    assert broken_by(replace(sound, pins=without)) == [Rule.MARKET]


def test_market__seen_but_not_in_the_plan__refused() -> None:
    sound = placed(ETH, buy(ETH, "1", "2000.9"), "2000", "1")
    assert broken_by(led(sound, actions=(buy(BTC, "1", "2000.9"),))) == [Rule.MARKET]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"order"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
        b"1e999",
    ],
    ids=lambda raw: repr(raw[:8]),
)
def test_body__that_is_none__refused_and_nothing_raised(raw: bytes) -> None:
    sound = increase(MASTER, ETH, RNG)
    assert broken_by(replace(sound, tx=replace(sound.tx, body=raw))) == [Rule.NOT_CANONICAL]


@pytest.mark.parametrize(
    "action", [{"type": "order"}, {"type": "cancel", "cancels": [7]}, {"type": "updateLeverage"}]
)
def test_action__in_part__refused_and_nothing_raised(action: Json) -> None:
    sound = increase(MASTER, ETH, RNG)
    assert broken_by(replace(sound, tx=message(MASTER, action))) == [Rule.NOT_CANONICAL]


def test_builder__named_as_nobody__refused_because_the_key_is_hashed() -> None:
    assert broken_by(saying(increase(MASTER, ETH, RNG), builder=None)) == [Rule.UI_FEE]
