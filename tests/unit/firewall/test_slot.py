from dataclasses import replace

import pytest

from agent.firewall import Rule, another_attempt, first_attempt
from agent.model import EvmTx, Intent, Message, Payload, Rules, Signed, State
from tests.unit.firewall.scene import CEILING, GWEI, LANE, OPERATOR, OTHER_LANE, STRANGER, VENUE

CALL = EvmTx(
    lane=LANE,
    nonce=7,
    expires_ms=1_000,
    to=STRANGER,
    data=b"call",
    value=0,
    gas=500_000,
    max_fee=20 * GWEI,
    tip=GWEI,
)
BUMPED = replace(CALL, max_fee=30 * GWEI, tip=2 * GWEI)
BURN = replace(CALL, to=OPERATOR, data=b"", gas=21_000, max_fee=60 * GWEI)
MESSAGE = Message(lane=LANE, nonce=7, expires_ms=1_000, url="https://exchange", body=b"{}")


def intent(*payloads: Payload, state: State = State.SIGNED) -> Intent:
    attempts = tuple(Signed(venue=VENUE, payload=payload, raw=b"raw", ref="ref") for payload in payloads)
    return Intent(id=1, ceiling=CEILING, attempts=attempts, state=state)


def broken_by(intent: Intent, payload: Payload) -> list[Rule]:
    return [breach.rule for breach in another_attempt(intent, payload, OPERATOR)]


def first_rules(*rehearsed: Payload) -> Rules:
    return Rules(rehearsed=rehearsed, ceilings={LANE: CEILING})


def test_first_attempt__rehearsed_at_the_ceiling__allowed() -> None:
    dearest = replace(CALL, max_fee=CEILING, tip=CEILING, gas=21_000)
    assert not list(first_attempt(dearest, first_rules(CALL, dearest)))


def test_first_attempt__one_byte_other_than_rehearsed__refused() -> None:
    altered = replace(CALL, data=b"cell")
    assert [breach.rule for breach in first_attempt(altered, first_rules(CALL))] == [Rule.NOT_REHEARSED]


def test_first_attempt__lane_without_a_ceiling__refused() -> None:
    elsewhere = replace(CALL, lane=OTHER_LANE)
    assert [breach.rule for breach in first_attempt(elsewhere, first_rules(elsewhere))] == [Rule.FEE_ABOVE_CEILING]


def test_first_attempt__message__has_no_fee_to_judge() -> None:
    assert not list(first_attempt(MESSAGE, first_rules(MESSAGE)))


@pytest.mark.parametrize(
    ("attempts", "payload"),
    [
        pytest.param((CALL,), BUMPED, id="bump"),
        pytest.param((CALL,), replace(CALL, max_fee=CEILING), id="bump to the ceiling"),
        pytest.param((CALL, BUMPED), replace(BUMPED, max_fee=BUMPED.max_fee + 1), id="second bump"),
        pytest.param((CALL,), BURN, id="burn above the ceiling"),
        pytest.param((CALL, BUMPED), BURN, id="burn after a bump"),
        pytest.param((CALL, BURN), replace(BURN, max_fee=61 * GWEI), id="dearer burn"),
        pytest.param((CALL,), replace(BURN, max_fee=500_000 * CEILING // 21_000), id="burn for the call's money"),
    ],
)
def test_another_attempt__bump_or_burn__allowed(attempts: tuple[EvmTx, ...], payload: EvmTx) -> None:
    assert broken_by(intent(*attempts), payload) == []
    assert broken_by(intent(*attempts, state=State.LANDED), payload) == []  # a reorg may open it again


BREACHES: list[tuple[Rule, Intent, Payload]] = [
    (Rule.ONE_ATTEMPT, intent(MESSAGE), MESSAGE),
    (Rule.ONE_ATTEMPT, intent(CALL), MESSAGE),
    (Rule.INTENT_OVER, intent(CALL, state=State.DONE), BUMPED),
    (Rule.INTENT_OVER, intent(CALL, state=State.REFUSED), BUMPED),
    (Rule.INTENT_OVER, intent(CALL, state=State.VOID), BURN),
    (Rule.OTHER_SLOT, intent(CALL), replace(BUMPED, nonce=8)),
    (Rule.OTHER_SLOT, intent(CALL), replace(BUMPED, lane=OTHER_LANE)),
    (Rule.OTHER_SLOT, intent(CALL), replace(BURN, nonce=6)),
    (Rule.FEE_NOT_RAISED, intent(CALL), CALL),
    (Rule.FEE_NOT_RAISED, intent(CALL, BUMPED), replace(CALL, max_fee=25 * GWEI)),
    (Rule.FEE_NOT_RAISED, intent(CALL, BURN), BURN),
    (Rule.OTHER_CALL, intent(CALL), replace(BUMPED, to=OPERATOR)),
    (Rule.OTHER_CALL, intent(CALL), replace(BUMPED, data=b"cell")),
    (Rule.OTHER_CALL, intent(CALL), replace(BUMPED, data=b"")),
    (Rule.OTHER_CALL, intent(CALL), replace(BUMPED, value=1)),
    (Rule.OTHER_CALL, intent(CALL), replace(BUMPED, gas=500_001)),
    (Rule.OTHER_CALL, intent(CALL), replace(BUMPED, expires_ms=1_001)),
    (Rule.OTHER_CALL, intent(CALL), replace(BURN, value=1, max_fee=30 * GWEI)),
    (Rule.FEE_ABOVE_CEILING, intent(CALL), replace(BUMPED, max_fee=CEILING + 1)),
    (Rule.TIP_ABOVE_FEE, intent(CALL), replace(BUMPED, tip=BUMPED.max_fee + 1)),
    (Rule.TIP_ABOVE_FEE, intent(CALL), replace(BURN, tip=BURN.max_fee + 1)),
    (Rule.TIP_ABOVE_FEE, intent(CALL), replace(BUMPED, tip=-1)),
    (Rule.ALREADY_BURNED, intent(CALL, replace(BURN, max_fee=30 * GWEI)), replace(CALL, max_fee=40 * GWEI)),
    (Rule.BURN_TOO_DEAR, intent(CALL), replace(BURN, max_fee=500_000 * CEILING // 21_000 + 1)),
    (Rule.BURN_TOO_DEAR, intent(CALL), replace(BURN, gas=500_000)),
    (Rule.GAS_LIMIT, intent(CALL), replace(BURN, gas=20_999)),
]


@pytest.mark.parametrize(("rule", "before", "payload"), BREACHES)
def test_another_attempt__anything_else__refused_by_one_rule(rule: Rule, before: Intent, payload: Payload) -> None:
    """One rule alone: whoever removes it lets this payload through."""
    assert broken_by(before, payload) == [rule]
