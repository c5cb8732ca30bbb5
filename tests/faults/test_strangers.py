"""Someone else uses the operator's key or the account, or our own records are gone: a person must look."""

import shutil
from decimal import Decimal

import pytest

from tests.faults.waiting import finished, slot, trade_waits
from tests.kit.devnet import market
from tests.kit.devnet.perp_v2 import MAX_UINT256
from tests.kit.devnet.roles import Role
from tests.kit.devnet.tokens import ETHER
from tests.kit.faults import records
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.case import Case
from tests.kit.faults.scenes import COOLDOWN_S

pytestmark = pytest.mark.chain

GWEI = 10**9
SHORT = Decimal("-18.1")


def test_a_slot__taken_by_other_bytes__is_30_until_adopted(unhedged: Case) -> None:
    with unhedged.started("run", "--json", steps=True) as running:
        trade_waits(unhedged, running)
        key_is_used(unhedged, nonce=2)
        mine(unhedged)
        ended = finished(running)
    assert (ended.exit, "REPLACED" in ended.codes, slot(unhedged, 2).state) == (30, True, "void")
    again = unhedged.run("run", "--json")
    assert (again.exit, "FOREIGN_NONCE" in again.codes) == (30, True)
    assert records.position(unhedged.devnet) == 0
    unhedged.adopt()
    assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


@pytest.mark.parametrize("spot", [Decimal(0), Decimal(-3)])
def test_a_key__used_elsewhere__is_30_until_adopted(hedged: Case, spot: Decimal) -> None:
    """Also when there is nothing to trade: a hot key in other hands is news at once."""
    key_is_used(hedged, nonce=3)
    if spot:
        hedged.move_spot(spot)
        hedged.changes += 1
    for _ in range(2):
        held = hedged.run("run", "--json")
        assert (held.exit, "FOREIGN_NONCE" in held.codes) == (30, True)
    assert records.position(hedged.devnet) == SHORT
    hedged.adopt()
    assert hedged.run().exit == 0
    assert_exactly_once(hedged)


def test_a_key__its_other_use_waits_in_the_pool__nothing_is_sent_beside_it(hedged: Case) -> None:
    hedged.move_spot(Decimal(-3))
    hedged.devnet.chain.rpc("evm_setAutomine", False)
    key_is_used(hedged, nonce=3)
    held = hedged.run("run", "--json")
    assert (held.exit, "FOREIGN_NONCE" in held.codes) == (30, True)
    assert records.position(hedged.devnet) == SHORT


@pytest.mark.parametrize("size", [Decimal(2), Decimal(-2)])
def test_a_position__changed_by_the_owner__is_only_reduced_until_adopted(hedged: Case, size: Decimal) -> None:
    """Too short afterwards: that much is bought back. Too little: nothing is sold before a person has looked."""
    owner_trades(hedged, size)
    for _ in range(2):
        held = hedged.run("run", "--json")
        assert (held.exit, "CHANGED_ASKS" in held.codes) == (30, True), held
    assert records.position(hedged.devnet) == (SHORT if size < 0 else SHORT + size)
    market.pass_time(hedged.devnet, COOLDOWN_S)
    hedged.adopt()
    assert hedged.run().exit == 0
    hedged.changes += 2
    assert_exactly_once(hedged)


@pytest.mark.parametrize("spot", [Decimal(3), Decimal(-3)])
def test_a_journal__deleted_beside_a_position__is_only_reduced_until_adopted(hedged: Case, spot: Decimal) -> None:
    lose_journal(hedged)
    hedged.move_spot(spot)
    held = hedged.run("run", "--json")
    assert (held.exit, "UNADOPTED" in held.codes) == (30, True)
    assert records.position(hedged.devnet) == (SHORT if spot > 0 else SHORT - spot)
    hedged.adopt()
    assert hedged.run().exit == 0
    hedged.changes += 1
    hedged.deposits += spot > 0
    assert_exactly_once(hedged)


def test_a_journal__deleted__flatten_still_closes_everything(hedged: Case) -> None:
    lose_journal(hedged)
    flat = hedged.run("flatten", "--json")
    assert flat.exit == 0, flat
    hedged.target, hedged.changes = Decimal(0), 2
    assert_exactly_once(hedged)


def test_a_journal__deleted_while_our_trade_waits__nothing_is_sent_beside_it(unhedged: Case) -> None:
    with unhedged.started(steps=True) as running:
        trade_waits(unhedged, running)
        unhedged.kill(running)
    lose_journal(unhedged)
    held = unhedged.run("run", "--json")
    assert (held.exit, "FOREIGN_NONCE" in held.codes) == (30, True)
    mine(unhedged)
    assert unhedged.run().exit == 30
    lose_journal(unhedged)
    unhedged.adopt()
    assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


def key_is_used(case: Case, nonce: int) -> None:
    """It signs something that our journal does not know."""
    operator = case.devnet.address(Role.OPERATOR)
    call = {"from": operator, "to": operator, "nonce": hex(nonce), "gas": "0x5208", "value": "0x1"}
    fees = {"maxFeePerGas": hex(40 * GWEI), "maxPriorityFeePerGas": hex(30 * GWEI)}
    case.foreign.add(case.devnet.chain.rpc("eth_sendTransaction", call | fees))


def owner_trades(case: Case, size: Decimal) -> None:
    """The account trades for itself."""
    sells, devnet = size < 0, case.devnet
    order = (devnet.exchange["BaseToken"], sells, sells, int(abs(size) * ETHER), 0, MAX_UINT256, 0, bytes(32))
    devnet.chain.send(devnet.contract("ClearingHouse"), "openPosition", order, sender=devnet.address(Role.ACCOUNT))


def lose_journal(case: Case) -> None:
    """What was sent so far is no longer on record."""
    shutil.rmtree(records.journal_of(case.folder).parent)
    case.foreign |= {tx.ref for tx in records.mined(case.devnet)}


def mine(case: Case) -> None:
    case.devnet.chain.rpc("evm_mine")
    case.devnet.chain.rpc("evm_setAutomine", True)
