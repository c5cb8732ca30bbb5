"""One fork of one chain: plays transactions as their senders, and says what they did."""

import json
from collections.abc import AsyncIterator, Mapping, Set
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from eth_utils.address import to_checksum_address

from agent.chain.anvil import anvil_fork
from agent.chain.chain import Chain
from agent.chain.moment import encode
from agent.chain.movements import movements
from agent.chain.replies import Call, NodeError
from agent.chain.rpc import Endpoint
from agent.errors import Unreadable
from agent.evm import HEAD, PIN, hex_bytes, hex_int
from agent.evm_slot import Log, operator_of, to_receipt
from agent.model import Address, EvmTx, Played, Stamp

_OUTSIDER_WEI = 10**20
_OUTSIDER_TERMS = {"gas": hex(12_000_000), "maxFeePerGas": hex(10**12), "maxPriorityFeePerGas": "0x0"}
"""More than any chain asks; what outsiders pay is no matter."""
_BLOCK_S = 1
_REJECTED = -32003
"""TRANSACTION_REJECTED of EIP-1474."""


@asynccontextmanager
async def fork(chain: Chain, stamp: Stamp, binary: str, start_s: float, call_s: float) -> AsyncIterator["Fork"]:
    """Of the chain as it was read. Raises Unreadable when the upstream node has another block there by now."""
    upstream, number = chain.leader.url, stamp.block or 0
    async with anvil_fork(upstream, number, binary=binary, start_s=start_s) as url:
        node = Endpoint(url, call_s, f"the fork of {chain.name} at {chain.leader.host}")
        try:
            block = await node.one("eth_getBlockByNumber", hex(number), False)
            if block["hash"] != stamp.block_hash:
                raise Unreadable(
                    f"{chain.name}: the fork has {block['hash']} as block {number}, but {stamp.block_hash} was read"
                )
            yield Fork(node, max(hex_int(block["timestamp"]), chain.clock.now_ms() // 1000))
        finally:
            await node.close()


class Fork:
    """`time_s` is the chain's time now: the blocks of the fork go on from there."""

    def __init__(self, node: Endpoint, time_s: int) -> None:
        self._node, self._time_s = node, time_s

    async def fetch(self, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        answers = await self._node.ask([_at_latest(*json.loads(request)) for request in requests])
        return tuple(map(encode, answers))

    async def play(self, tx: EvmTx, ours: Set[Address]) -> Played:
        """What the fork recorded, not what it was given. A transaction that it does not take is played and failed."""
        try:
            sent = await self._node.one("eth_sendTransaction", _call(tx))
        except NodeError as error:
            if error.code != _REJECTED:  # the fork could not read its upstream: that says nothing of the transaction
                raise
            return Played(tx=tx, ok=False, gas_used=0, said=error.said)
        await self._mine()
        found, mined = await self._both("eth_getTransactionByHash", "eth_getTransactionReceipt", sent)
        if mined is None:
            return Played(tx=tx, ok=False, gas_used=0, said="the fork did not mine it: nonce too high or fee too low")
        receipt = to_receipt(mined)
        return Played(
            tx=_recorded(found, tx),
            ok=receipt.ok,
            gas_used=receipt.gas_used,
            movements=tuple(movements(receipt.logs, ours)),
            said="" if receipt.ok else await self._why(_call(tx), receipt.block, receipt.gas_used >= tx.gas),
        )

    async def outsider(self, who: Address, to: Address, data: bytes, after_s: int) -> tuple[Log, ...]:
        """Raises Unreadable when it reverts: what follows would not be what the live chain does."""
        self._time_s += after_s
        call = {"from": who, "to": to, "data": "0x" + data.hex(), **_OUTSIDER_TERMS}
        await self._node.one("anvil_setBalance", who, hex(_OUTSIDER_WEI))
        sent = await self._node.one("eth_sendTransaction", call)
        await self._mine()
        mined = await self._node.one("eth_getTransactionReceipt", sent)
        if mined is None or not (receipt := to_receipt(mined)).ok:
            block = hex_int(mined["blockNumber"]) if mined else 1
            raise Unreadable(f"on the fork {who} could not do its part: {await self._why(call, block, False)}")
        return receipt.logs

    async def place(self, at: Address, code: bytes) -> None:
        await self._node.one("anvil_setCode", at, "0x" + code.hex())

    async def _mine(self) -> None:
        self._time_s += _BLOCK_S
        await self._node.one("evm_setNextBlockTimestamp", self._time_s)
        await self._node.one("evm_mine")

    async def _both(self, first: str, second: str, ref: str) -> tuple[Any, Any]:
        answers = await self._node.ask([(first, [ref]), (second, [ref])])
        for answer in answers:
            if isinstance(answer, Unreadable):
                raise answer
        return answers[0], answers[1]

    async def _why(self, call: Mapping[str, Any], block: int, all_gas: bool) -> str:
        """A receipt does not say why it failed: the same call on the state before it does."""
        [answer] = await self._node.ask([("eth_call", [call, hex(block - 1)])])
        if isinstance(answer, NodeError):
            return str(answer.said)
        return "out of gas" if all_gas else "reverted, but the same call just before it does not"


def _call(tx: EvmTx) -> dict[str, Any]:
    return {
        "type": "0x2",
        "from": operator_of(tx.lane),
        "to": tx.to,
        "data": "0x" + tx.data.hex(),
        "nonce": hex(tx.nonce),
        "value": hex(tx.value),
        "gas": hex(tx.gas),
        "maxFeePerGas": hex(tx.max_fee),
        "maxPriorityFeePerGas": hex(tx.tip),
    }


def _recorded(found: Mapping[str, Any], tx: EvmTx) -> EvmTx:
    """Lane and time to live are ours and not the chain's."""
    return replace(
        tx,
        nonce=hex_int(found["nonce"]),
        to=Address(to_checksum_address(found["to"])),
        data=hex_bytes(found["input"]),
        value=hex_int(found["value"]),
        gas=hex_int(found["gas"]),
        max_fee=hex_int(found["maxFeePerGas"]),
        tip=hex_int(found["maxPriorityFeePerGas"]),
    )


def _at_latest(method: str, params: list[Any]) -> Call:
    if method == HEAD:
        return "eth_getBlockByNumber", ["latest", False]
    return method, ["latest" if param == PIN else param for param in params]
