"""What a flatten, a rename or a removal leaves behind: it is named, and it never trades."""

import json
import sqlite3
import time
from contextlib import closing

import pytest

from agent.errors import Exit
from tests.faults.waiting import finished
from tests.kit.devnet.roles import Role
from tests.kit.faults import records
from tests.kit.faults.case import EXPOSURE, Case

pytestmark = pytest.mark.chain

BEFORE_THE_TRADE_IS_SENT = 18
"""Seven steps for the approval, seven for the deposit, then sign, record, deliver, send."""


def test_a_flatten__over_a_recorded_increase__burns_it_and_it_never_trades(unhedged: Case) -> None:
    assert unhedged.killed_before(BEFORE_THE_TRADE_IS_SENT) == "send"
    flat = unhedged.run("flatten")
    assert flat.exit == Exit.DONE, flat
    held = unhedged.run()
    assert held.exit == Exit.HELD, held
    assert records.position(unhedged.devnet) == 0
    assert records.position_changes(unhedged.devnet).total() == 0


def test_a_flatten__a_transaction_of_the_key_waits_in_the_pool__is_75_and_names_it(unhedged: Case) -> None:
    assert unhedged.run().exit == Exit.DONE
    assert unhedged.run("flatten").exit == Exit.DONE
    operator = unhedged.devnet.address(Role.OPERATOR)
    unhedged.devnet.chain.rpc("evm_setAutomine", False)
    unhedged.devnet.chain.rpc("eth_sendTransaction", {"from": operator, "to": operator, "value": "0x1"})
    waits = unhedged.run("flatten")
    unhedged.devnet.chain.rpc("evm_setAutomine", True)
    assert waits.exit in (Exit.TEMPORARY, Exit.PERSON), waits
    assert "waits in the pool" in waits.out
    assert "NOT flat" in waits.out


def test_a_venue__removed_from_the_configuration_with_a_position__is_30_and_named(unhedged: Case) -> None:
    assert unhedged.run().exit == Exit.DONE
    _rename(unhedged)
    stopped = unhedged.run()
    assert stopped.exit == Exit.PERSON, stopped
    assert f"{-EXPOSURE}" in stopped.said
    assert "perp" in stopped.said
    flat = unhedged.run("flatten", "--json")
    assert flat.exit == Exit.TEMPORARY, flat
    assert any("-18.1" in line for line in json.loads(flat.out)["not_flat"])


def test_a_venue__renamed_while_its_transaction_is_open__is_resolved_and_then_adopted(unhedged: Case) -> None:
    assert unhedged.killed_before(BEFORE_THE_TRADE_IS_SENT) == "send"
    _rename(unhedged)
    resolved = unhedged.run()
    assert resolved.exit == Exit.PERSON, resolved
    unhedged.adopt()
    assert unhedged.run().exit == Exit.DONE
    assert records.position_changes(unhedged.devnet).total() == 1
    assert records.position(unhedged.devnet) == -EXPOSURE


def test_a_flatten__while_a_run_is_under_way__stops_it_waits_for_it_and_closes(unhedged: Case) -> None:
    with unhedged.started(steps=True) as first:
        first.until("send")
        with unhedged.started("flatten") as second:
            while not _on_hold(unhedged):
                time.sleep(0.02)
            stopped = finished(first)
            assert stopped.exit == Exit.HELD, stopped
            flat = second.end()
    assert flat.exit == Exit.DONE, flat
    assert records.position_changes(unhedged.devnet).total() == 0


def _on_hold(case: Case) -> bool:
    with closing(sqlite3.connect(records.journal_of(case.folder))) as db:
        return bool(db.execute("SELECT 1 FROM hold").fetchone())


def _rename(case: Case) -> None:
    config = case.folder / "hedgekeeper.toml"
    config.write_text(config.read_text().replace("venues.perp", "venues.other").replace('["perp"]', '["other"]'))
