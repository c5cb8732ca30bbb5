"""The lane on a real pool: nonces, bids that replace, burns that end a slot."""

from dataclasses import replace

import pytest

from agent.errors import Unreadable
from agent.evm_slot import Mined, is_burn, slot
from agent.model import Address, Draft, EvmTx, Leg, Memory, Name, Payload, Terms
from tests.chain.scene import (
    CHAIN,
    FEES,
    GWEI,
    LANE,
    OPERATOR,
    STRANGER,
    again,
    chain_at,
    intent,
    look,
    run,
    sign,
    transfer,
    wire_on,
)
from tests.kit.devnet.chain import Chain as LocalNode
from tests.kit.proxy import Drop, Proxy, proxy

pytestmark = pytest.mark.chain


def terms(url: str, ours: int | None = None) -> Terms:
    async def read() -> Terms:
        async with chain_at(url) as chain:
            return await look(chain, wire_on(chain).terms(Memory(nonces={} if ours is None else {LANE: ours})))

    return run(read())


def use_nonce(node: LocalNode) -> None:
    """Someone else uses the operator's key."""
    node.pay(node.web3.to_checksum_address(STRANGER), 1, sender=node.web3.to_checksum_address(OPERATOR))


def mine(node: LocalNode, base_fee: int | None = None) -> None:
    if base_fee is not None:
        node.rpc("anvil_setNextBlockBaseFeePerGas", hex(base_fee))
    node.rpc("anvil_mine", "0x1")


def test_terms__on_a_node__take_two_trips_with_the_head(front: Proxy) -> None:
    found = terms(front.url)
    assert (found.nonce, found.foreign, found.gas_balance) == (0, None, 10_000 * 10**18)
    assert found.stamp.block == 10
    assert len(front.trips) == 2


def test_terms__on_a_chain_that_stood_still__count_from_the_block_that_comes_next(node: LocalNode) -> None:
    node.rpc("evm_increaseTime", 3_600)
    found = terms(node.url)
    assert found.expires_ms - found.stamp.time_ms - FEES.ttl_ms >= 3_600_000


def test_terms__after_the_key_was_used_elsewhere__name_both_nonces(node: LocalNode) -> None:
    for _ in range(2):
        use_nonce(node)
    assert terms(node.url, ours=0).foreign == "the chain has mined nonce 1 of this key, but our last one is 0"
    assert terms(node.url, ours=1).foreign is None


def test_terms__with_a_strange_transaction_in_the_pool__name_it(node: LocalNode) -> None:
    node.rpc("evm_setAutomine", False)
    node.rpc("eth_sendTransaction", {"from": OPERATOR, "to": STRANGER, "value": "0x1"})
    assert terms(node.url).foreign == "nonce 0 of this key waits in the pool, but none of ours is known"
    assert terms(node.url, ours=0).foreign is None


def test_terms__from_a_node_that_lags_behind_our_slots__are_unreadable(node: LocalNode, front: Proxy) -> None:
    for _ in range(2):
        use_nonce(node)
    front.lag = 2
    with pytest.raises(Unreadable, match="nonce 0 at block 10, but our last one is 1: the node lags"):
        terms(front.url, ours=1)


def test_a_bid_left_behind__is_raised_and_replaces_the_first_in_the_pool(node: LocalNode) -> None:
    node.rpc("evm_setAutomine", False)

    async def bump_and_land() -> tuple[EvmTx, object]:
        async with chain_at(node.url) as chain:
            wire, open_ = wire_on(chain), intent(sign(transfer(0, max_fee=3 * GWEI)))
            await wire.send(open_.attempts[0])
            mine(node, 20 * GWEI)
            raised = await look(chain, wire.next(open_))
            assert isinstance(raised, EvmTx)
            open_ = again(open_, raised)
            assert "taken as" in (await wire.send(open_.attempts[1])).said
            assert "taken as" not in (await wire.send(open_.attempts[0])).said
            mine(node)
            return raised, await look(chain, slot(CHAIN, open_))

    raised, found = run(bump_and_land())
    assert replace(raised, max_fee=3 * GWEI, tip=GWEI) == transfer(0, max_fee=3 * GWEI)
    assert raised.max_fee > 20 * GWEI
    assert isinstance(found, Mined)
    assert found.attempt.payload == raised
    assert not found.burned


def test_a_call_past_its_time__is_burned_and_never_lands(node: LocalNode) -> None:
    node.rpc("evm_setAutomine", False)
    before = node.web3.eth.get_balance(node.web3.to_checksum_address(STRANGER))

    async def outlive() -> object:
        async with chain_at(node.url) as chain:
            wire = wire_on(chain)
            found = await look(chain, wire.terms(Memory()))
            call = replace(transfer(0, wei=5, max_fee=3 * GWEI), expires_ms=found.expires_ms)
            open_ = intent(sign(call))
            await wire.send(open_.attempts[0])
            mine(node, 20 * GWEI)
            node.rpc("evm_increaseTime", 200)
            mine(node, 20 * GWEI)
            burn = await look(chain, wire.next(open_))
            assert isinstance(burn, EvmTx)
            assert is_burn(burn)
            open_ = again(open_, burn)
            assert "taken as" in (await wire.send(open_.attempts[1])).said
            mine(node)
            assert await look(chain, wire.next(open_)) is None
            return await look(chain, slot(CHAIN, open_))

    found = run(outlive())
    assert isinstance(found, Mined)
    assert (found.burned, found.receipt.ok) == (True, True)
    assert node.web3.eth.get_balance(node.web3.to_checksum_address(STRANGER)) == before


def test_the_same_bytes__sent_again__are_answered_and_change_nothing(node: LocalNode) -> None:
    async def send_thrice() -> list[str]:
        async with chain_at(node.url) as chain:
            wire, once = wire_on(chain), sign(transfer(0))
            node.rpc("evm_setAutomine", False)
            said = [(await wire.send(once)).said, (await wire.send(once)).said]
            mine(node)
            return [*said, (await wire.send(once)).said]

    first, known, used = run(send_thrice())
    assert "taken as" in first
    assert known.endswith("transaction already imported")
    assert used.endswith("nonce too low")
    assert node.rpc("eth_getTransactionCount", OPERATOR, "latest") == "0x1"


@pytest.mark.parametrize(("when", "nonce"), [(Drop.BEFORE, "0x0"), (Drop.AFTER, "0x1")])
def test_a_send_without_an_answer__raises_whether_or_not_it_arrived(
    node: LocalNode, front: Proxy, when: Drop, nonce: str
) -> None:
    front.drop = when

    async def send() -> None:
        async with chain_at(front.url) as chain:
            await wire_on(chain).send(sign(transfer(0)))

    with pytest.raises(Unreadable, match="Server disconnected"):
        run(send())
    node.rpc("evm_mine")
    assert node.rpc("eth_getTransactionCount", OPERATOR, "latest") == nonce


def test_a_send_that_the_first_node_does_not_answer__goes_through_the_second(node: LocalNode, front: Proxy) -> None:
    front.drop = Drop.BEFORE

    async def send() -> str:
        async with chain_at(front.url, node.url) as chain:
            return (await wire_on(chain).send(sign(transfer(0)))).said

    assert run(send()).startswith(f"{node.url.removeprefix('http://')}: taken as 0x")


def test_gas__of_a_call_and_of_one_that_needs_it__is_estimated_for_the_first_alone(node: LocalNode) -> None:
    token = node.deploy("Token", "Dollar", "USD", 6, sender=node.web3.to_checksum_address(OPERATOR))
    composed = replace(transfer(1), to=Address(token.address), value=0, gas=5_000_000)
    approve = replace(composed, data=bytes.fromhex(token.encode_abi("approve", [OPERATOR, 5])[2:]))
    spend = replace(composed, data=bytes.fromhex(token.encode_abi("transferFrom", [OPERATOR, STRANGER, 5])[2:]))

    async def fit(*payloads: Payload) -> tuple[Payload, ...]:
        async with chain_at(node.url) as chain:
            draft = Draft(leg=Leg(venue=Name("perp"), actions=()), payloads=payloads)
            return (await look(chain, wire_on(chain).fit(draft))).payloads

    fitted, kept = run(fit(approve, spend))
    assert isinstance(fitted, EvmTx)
    assert 40_000 < fitted.gas < 100_000
    assert replace(fitted, gas=5_000_000) == approve
    assert kept == spend


def test_hooks_of_the_proxy__around_a_send__see_the_node_before_and_after(node: LocalNode) -> None:
    seen: list[str] = []

    def note() -> None:
        seen.append(str(node.rpc("eth_getTransactionCount", OPERATOR, "pending")))

    async def send() -> None:
        async with chain_at(front.url) as chain:
            await wire_on(chain).send(sign(transfer(0)))

    with proxy(node.url) as front:
        node.rpc("evm_setAutomine", False)
        front.before_send = front.after_send = note
        run(send())
        assert (seen, front.sends) == (["0x0", "0x1"], 1)
