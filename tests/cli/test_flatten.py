"""Flatten as a person meets it: with a broken journal, no gas, a halted exchange, a lost chain, and half done."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.errors import Exit
from tests.faults.waiting import trade_waits
from tests.kit.devnet import market
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.faults import records
from tests.kit.faults.case import EXPOSURE, Case
from tests.kit.faults.process import Ended
from tests.kit.proxy import proxy

pytestmark = pytest.mark.chain

GWEI = 10**9


@pytest.fixture
def short(desk: Case) -> Case:
    assert desk.run().exit == Exit.DONE
    return desk


def _json(ended: Ended) -> Any:
    return json.loads(ended.out)


def _codes(ended: Ended) -> set[str]:
    return {reason["code"] for reason in _json(ended)["reasons"]}


# What is still in flight, and what was left half done.


def _trade_in_flight(desk: Case) -> str:
    """Killed while its first trade waits in the pool of a chain that does not mine."""
    with desk.started(steps=True) as running:
        trade_waits(desk, running)
        desk.kill(running)
    [ref] = records.slots(desk.folder)[-1].attempts
    return ref


def test_print__our_trade_waits_in_the_pool__says_that_it_may_still_land(desk: Case) -> None:
    ref = _trade_in_flight(desk)
    printed = desk.run("flatten", "--print")
    assert printed.exit == Exit.TEMPORARY, printed
    assert f"STILL IN FLIGHT: transaction {ref} with nonce 2 may still land" in printed.out
    [moving] = _json(desk.run("flatten", "--print", "--json"))["in_flight"]
    assert ref in moving


def test_print__nothing_can_be_read__says_that_it_cannot_say(short: Case) -> None:
    with proxy(short.devnet.url) as node, short.through(node.url):
        node.lies["eth_call"] = lambda params, said: "0x"
        printed = short.run("flatten", "--print")
    assert printed.exit not in (Exit.DONE, Exit.PERSON), printed
    assert "CANNOT SAY" in printed.out


def test_flatten__that_runs_out_of_time__is_75_and_says_what_goes_on(desk: Case) -> None:
    _trade_in_flight(desk)
    late = desk.run("flatten", "--deadline", "3", "--json")
    assert late.exit == Exit.TEMPORARY, late
    assert _json(late)["exit"] == Exit.TEMPORARY
    assert any("may still land" in line for line in _json(late)["not_flat"])
    desk.devnet.chain.rpc("evm_setAutomine", True)
    desk.devnet.chain.rpc("evm_mine")
    assert desk.run("flatten").exit == Exit.DONE
    assert records.position(desk.devnet) == 0


def test_run__after_a_flatten_that_was_killed__is_30_until_it_is_flat_or_resumed(short: Case) -> None:
    with short.started("flatten", steps=True) as running:
        running.until("sign")
        short.kill(running)
    left = short.run("run", "--json")
    assert left.exit == Exit.PERSON, left
    assert "EXIT_UNFINISHED" in _codes(left)
    assert records.position(short.devnet) == -EXPOSURE
    assert short.run("flatten").exit == Exit.DONE
    assert "EXIT_UNFINISHED" not in _codes(short.run("run", "--json"))


def test_flatten__nothing_to_close__sets_a_hold_all_the_same_and_says_so(desk: Case) -> None:
    flat = desk.run("flatten")
    assert flat.exit == Exit.DONE, flat
    assert "on hold: nothing is added" in flat.out
    assert "`hedgekeeper journal resume`" in flat.out
    assert desk.run().exit == Exit.HELD


# The journal is of no use.


def _damaged(path: Path) -> None:
    path.write_text("not a database, " * 100)


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _in_a_file(path: Path) -> None:
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    path.parent.write_text("no folder")


@pytest.mark.parametrize("broken", [_damaged, _newer, _a_folder, _in_a_file])
def test_flatten__a_journal_of_no_use__warns_and_closes(broken: Callable[[Path], None], short: Case) -> None:
    broken(records.journal_of(short.folder))
    assert short.run().exit == Exit.CONFIG
    printed = short.run("flatten", "--print")
    assert printed.exit == Exit.PERSON, printed
    assert "journal cannot be used" in printed.err
    flat = short.run("flatten", "--json")
    assert flat.exit == Exit.DONE, flat
    assert "journal cannot be used" in flat.err
    assert "stop cron" in flat.err
    assert _json(flat)["hold"] is None
    assert records.position(short.devnet) == 0


def test_flatten__no_journal_and_a_trade_in_the_pool__says_so_and_closes_once_it_has_landed(desk: Case) -> None:
    _trade_in_flight(desk)
    _damaged(records.journal_of(desk.folder))
    blind = desk.run("flatten", "--deadline", "3")
    assert blind.exit in (Exit.TEMPORARY, Exit.PERSON), blind
    assert "waits in the pool" in blind.out
    assert "let it be mined or dropped, then flatten again" in blind.err
    desk.devnet.chain.rpc("evm_setAutomine", True)
    desk.devnet.chain.rpc("evm_mine")
    assert desk.run("flatten").exit == Exit.DONE
    assert records.position(desk.devnet) == 0


# The chain is not where it was.


def test_flatten__the_chain_was_reset_behind_the_journal__says_so_and_closes(short: Case) -> None:
    before = short.devnet.chain.snapshot()
    assert short.run("flatten").exit == Exit.DONE
    short.devnet.chain.revert(before)
    assert records.position(short.devnet) == -EXPOSURE
    flat = short.run("flatten", "--deadline", "8")
    assert flat.exit == Exit.TEMPORARY, flat  # it could as well be a node that lags
    assert "the chain is behind the journal" in flat.err
    assert records.position(short.devnet) == 0
    assert short.run("flatten").exit == Exit.DONE


def test_flatten__its_close_is_mined_and_no_block_follows__is_75_and_0_when_they_have(short: Case) -> None:
    short.set("confirmations", "2")
    shallow = short.run("flatten", "--deadline", "3", "--json")
    assert shallow.exit == Exit.TEMPORARY, shallow
    assert any("a reorg could undo it" in line for line in _json(shallow)["not_flat"])
    short.devnet.chain.rpc("anvil_mine", "0x2")
    assert short.run("flatten").exit == Exit.DONE


# The operator cannot close.


def test_flatten__the_operator_has_no_gas__says_at_once_who_needs_how_much_and_what_the_owner_could_sign(
    short: Case,
) -> None:
    operator = short.devnet.address(Role.OPERATOR)
    short.devnet.chain.rpc("anvil_setBalance", operator, "0x0")
    broke = short.run("flatten", "--json")
    assert broke.exit == Exit.PERSON, broke
    [told] = [reason for reason in _json(broke)["reasons"] if reason["code"] == "NO_GAS"]
    assert told["subject"] == f"evm:31337:{operator}"
    assert Decimal(told["value"].split()[1]) > 0
    assert _json(broke)["sent"] == []
    assert len(_json(broke)["owner_calls"]) == 1


def test_flatten__its_close_reverts__tries_twice_and_gives_the_owner_the_call(short: Case) -> None:
    deployer, house = short.devnet.address(Role.DEPLOYER), short.devnet.contract("ClearingHouse")
    short.devnet.chain.send(house, "pause", sender=deployer)
    stuck = short.run("flatten", "--json")
    assert stuck.exit == Exit.PERSON, stuck
    assert [each["reason"]["code"] for each in _json(stuck)["sent"]] == ["REVERTED"] * 2
    assert len(_json(stuck)["owner_calls"]) == 1
    assert "flatten --print" in stuck.out
    short.devnet.chain.send(house, "unpause", sender=deployer)
    assert short.run("flatten").exit == Exit.DONE
    assert "RETRY_CAP" not in _codes(short.run("run", "--json"))


def test_flatten__fees_beyond_what_a_rebalance_may_burn_for__burns_what_is_open(desk: Case) -> None:
    """An approval is so cheap that at the ordinary ceiling of 50 gwei its burn could bid 120 at most."""
    assert desk.killed_before(4) == "send"
    _base_fee(desk.devnet, 130)
    flat = desk.run("flatten", "--deadline", "8")
    _base_fee(desk.devnet, 1)
    assert flat.exit == Exit.DONE, flat
    assert records.slots(desk.folder)[0].reason == "BURNED"


def _base_fee(devnet: Devnet, gwei: int) -> None:
    devnet.chain.rpc("anvil_setNextBlockBaseFeePerGas", hex(gwei * GWEI))
    devnet.chain.rpc("evm_mine")


# The exchange cannot value the position.


def _forget_history(devnet: Devnet) -> None:
    """The pool keeps one observation, 20 minutes old: enough for the average of funding, not for the mark price's."""
    chain, pool = devnet.chain, devnet.contract("UniswapV3Pool").address
    word = int(chain.rpc("eth_getStorageAt", pool, "0x0", "latest"), 16)
    price_and_tick, lock = word & (2**184 - 1), word >> 232
    _store(devnet, pool, 0, price_and_tick | 1 << 200 | 1 << 216 | lock << 232)
    _store(devnet, pool, 8, chain.now() - 1200 | 1 << 248)
    chain.rpc("evm_mine")


def _store(devnet: Devnet, at: str, slot: int, word: int) -> None:
    devnet.chain.rpc("anvil_setStorageAt", at, hex(slot), f"0x{word:064x}")


def test_flatten__the_exchange_has_no_mark_price__closes_at_the_pools_own(short: Case) -> None:
    _forget_history(short.devnet)
    assert short.run().exit == Exit.TEMPORARY
    assert short.run("flatten", "--print").exit == Exit.PERSON
    flat = short.run("flatten")
    assert flat.exit == Exit.DONE, flat
    assert records.position(short.devnet) == 0


def test_summary__of_a_flatten__names_the_exit_code_of_the_process_and_the_journal(short: Case) -> None:
    market.pass_time(short.devnet, 1)
    short.set("confirmations", "2")
    ended = short.run("flatten", "--deadline", "2")
    assert f"exit {ended.exit}" in ended.out
    [run, *_] = _json(short.run("journal", "--json"))["runs"]
    assert run["exit"] == ended.exit
