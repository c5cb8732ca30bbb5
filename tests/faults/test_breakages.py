"""The fault tests can fail: with one thing wrong in the program, the same plays end in a failed assertion."""

from collections.abc import Callable

import pytest

from tests.faults.waiting import finished, slot, trade_waits
from tests.kit.devnet import market
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.broken import broken
from tests.kit.faults.case import Case

pytestmark = pytest.mark.chain

TTL_S = 180


def undisturbed(case: Case) -> None:
    case.run()
    assert_exactly_once(case)


def killed_before_its_trade_is_delivered(case: Case) -> None:
    """In the moment between the bytes and the wire; `sent early` is such a moment where bytes leave too soon."""
    with case.started(steps=True) as running:
        running.until("sign", 3)
        running.go()
        while running.step() not in ("deliver", "sent early"):
            running.go()
        case.kill(running)
    case.run()
    assert_exactly_once(case)


def killed_after_its_trade_was_sent(case: Case) -> None:
    with case.started(steps=True) as running:
        running.until("sent", 3)
        case.kill(running)
    case.run()
    assert_exactly_once(case)


def kept_waiting(case: Case) -> None:
    """The trade is not mined for a while, and then everything that was sent."""
    with case.started(steps=True) as running:
        trade_waits(case, running)
        running.go()
        running.step()
        running.go()
        running.step()
        case.devnet.chain.rpc("evm_mine")
        case.devnet.chain.rpc("evm_setAutomine", True)
        finished(running)
    assert_exactly_once(case)


def back_too_late(case: Case) -> None:
    with case.started(steps=True) as running:
        running.until("send", 3)
        case.kill(running)
    market.pass_time(case.devnet, TTL_S + 1)
    case.run()
    assert slot(case, 2).reason == "BURNED"
    assert_exactly_once(case)


Play = Callable[[Case], None]
CAUGHT: list[tuple[str, Play, str]] = [
    ("the journal forgets a record", undisturbed, "lost: transaction 2 "),
    ("bytes leave before they are recorded", killed_before_its_trade_is_delivered, "lost: transaction 2 "),
    ("recovery finds nothing open", killed_after_its_trade_was_sent, "untrue: intent 3 (nonce 2) is signed"),
    ("recovery finds nothing open", killed_before_its_trade_is_delivered, "missing: the position changed 0 times"),
    ("no receipt is taken for void", kept_waiting, "untrue: intent 3 (nonce 2) is void"),
    ("a resend takes a new nonce", kept_waiting, "double: intent 3 changed the position 2 times"),
    ("an expired call is sent on", back_too_late, "BURNED"),
]


@pytest.mark.parametrize(("name", "play", "finding"), CAUGHT)
def test_a_breakage__in_its_play__is_caught(unhedged: Case, name: str, play: Play, finding: str) -> None:
    unhedged.program = broken(name)
    with pytest.raises(AssertionError) as caught:
        play(unhedged)
    assert finding in str(caught.value)
    unhedged.figures.clear()  # these doubles were wanted


@pytest.mark.parametrize("play", dict.fromkeys(play for _, play, _ in CAUGHT))
def test_a_play__with_nothing_wrong__passes(unhedged: Case, play: Play) -> None:
    unhedged.program = broken("healthy")
    play(unhedged)
