"""What ran on the fork is what was mined: nonce, to, data, value and gas, from the journal and from the chain."""

import json

import pytest

from tests.kit.faults import records
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.broken import broken
from tests.kit.faults.case import Case
from tests.kit.faults.process import PROGRAM
from tests.kit.faults.scenes import Scene
from tests.kit.mined import mined_calls, rehearsed_calls

pytestmark = pytest.mark.chain


def rehearsed_equals_sent(case: Case) -> bool:
    """Of the last run."""
    journal = json.loads(case.run("journal", "--json").out)
    last = json.loads(case.run("journal", "show", str(journal["runs"][0]["id"]), "--json").out)
    sent = mined_calls(case.devnet.chain.web3, last)
    return bool(sent) and sent == rehearsed_calls(last)


@pytest.mark.parametrize("scene", list(Scene), indirect=True)
def test_a_run__undisturbed__sends_what_it_rehearsed(case: Case) -> None:
    assert case.run().exit == 0
    assert rehearsed_equals_sent(case)


def test_a_byte__altered_after_the_firewall__shows(unhedged: Case) -> None:
    """The exchange fills it all the same; only the comparison knows."""
    unhedged.program = broken("a byte is altered after the firewall")
    assert unhedged.run().exit == 0
    unhedged.program = PROGRAM
    assert not rehearsed_equals_sent(unhedged)
    assert_exactly_once(unhedged)


def test_a_byte__altered_before_the_firewall__is_refused(unhedged: Case) -> None:
    unhedged.program = broken("a byte is altered before the firewall")
    assert unhedged.run().exit == 30
    assert records.position(unhedged.devnet) == 0
    assert [slot.nonce for slot in records.slots(unhedged.folder)] == [0, 1]
