"""The probe on a real chain: reorgs, strangers, nodes that lag."""

from dataclasses import replace

import pytest

from agent.errors import Unreadable
from agent.evm_slot import Foreign, Mined, Open, Slot, outcome, slot
from agent.model import Address, Code, Intent, Settlement, State
from tests.chain.scene import CHAIN, OPERATOR, STRANGER, chain_at, intent, look, run, sign, transfer
from tests.kit.devnet.chain import Chain as LocalNode
from tests.kit.proxy import Proxy

pytestmark = pytest.mark.chain

OURS = intent(sign(transfer(0)))


def probe(url: str, of: Intent = OURS) -> Slot:
    async def read() -> Slot:
        async with chain_at(url) as chain:
            return await look(chain, slot(CHAIN, of))

    return run(read())


def state(found: Slot, confirmations: int = 0) -> State:
    return outcome(found, confirmations, lambda mined: Settlement(gas_wei=mined.receipt.gas_wei)).state


def land(node: LocalNode, of: Intent = OURS) -> None:
    node.rpc("eth_sendRawTransaction", "0x" + of.attempts[0].raw.hex())
    node.rpc("evm_mine")


def test_a_slot__from_the_pool_into_the_chain_and_deeper__is_open_then_landed_then_done(node: LocalNode) -> None:
    node.rpc("evm_setAutomine", False)
    node.rpc("eth_sendRawTransaction", "0x" + OURS.attempts[0].raw.hex())
    assert isinstance(probe(node.url), Open)
    node.rpc("evm_mine")
    found = probe(node.url)
    assert isinstance(found, Mined)
    assert found.receipt.gas_used == 21_000
    mined = node.rpc("eth_getTransactionReceipt", OURS.attempts[0].ref)
    assert found.receipt.gas_wei == 21_000 * int(mined["effectiveGasPrice"], 16)
    assert state(found, confirmations=2) is State.LANDED
    node.rpc("anvil_mine", "0x2")
    assert state(probe(node.url), confirmations=2) is State.DONE


def test_a_landed_slot__that_a_reorg_undoes__is_open_again_and_the_same_bytes_land_again(node: LocalNode) -> None:
    land(node)
    assert state(probe(node.url), confirmations=2) is State.LANDED
    node.rpc("anvil_reorg", 2, [])
    assert state(probe(node.url), confirmations=2) is State.SIGNED
    land(node)
    assert state(probe(node.url), confirmations=2) is State.LANDED


def test_a_reverted_call__is_refused(node: LocalNode) -> None:
    token = node.deploy("Token", "Dollar", "USD", 6, sender=node.web3.to_checksum_address(STRANGER))
    data = bytes.fromhex(token.encode_abi("transfer", [STRANGER, 5])[2:])
    failing = intent(sign(replace(transfer(0, wei=0), to=Address(token.address), data=data, gas=200_000)))
    land(node, failing)
    found = probe(node.url, failing)
    assert state(found) is State.REFUSED


@pytest.mark.parametrize("since", [0, 1, 30])
def test_a_slot__used_elsewhere__is_foreign_and_names_the_strange_transaction(node: LocalNode, since: int) -> None:
    strange = node.rpc("eth_sendTransaction", {"from": OPERATOR, "to": OPERATOR, "value": "0x1"})
    node.rpc("evm_mine")
    node.rpc("anvil_mine", hex(since)) if since else None
    found = probe(node.url)
    assert isinstance(found, Foreign)
    assert found.ref == strange
    ended = outcome(found, 0, lambda mined: Settlement())
    assert ended.reason is not None
    assert (ended.state, ended.reason.code) == (State.VOID, Code.REPLACED)


def test_a_node__that_lags_behind_our_block__shows_an_open_slot(node: LocalNode, front: Proxy) -> None:
    land(node)
    node.rpc("anvil_mine", "0x1")
    front.lag = 5
    assert isinstance(probe(front.url), Open)


def test_an_index_of_receipts_that_lags__never_makes_our_own_transaction_foreign(
    node: LocalNode, front: Proxy
) -> None:
    land(node)
    front.lies["eth_getTransactionReceipt"] = lambda params, result: None
    with pytest.raises(Unreadable, match="its receipt is not there yet"):
        probe(front.url)


def test_a_receipt_that_a_node_kept_from_a_dead_block__is_not_believed(node: LocalNode, front: Proxy) -> None:
    land(node)
    kept = node.rpc("eth_getTransactionReceipt", OURS.attempts[0].ref)
    node.rpc("anvil_reorg", 2, [])
    front.lies["eth_getTransactionReceipt"] = lambda params, result: kept
    with pytest.raises(Unreadable, match="no longer on the chain"):
        probe(front.url)
