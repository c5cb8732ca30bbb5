"""The chain of a local node as hedgekeeper sees it, and an operator who signs."""

import asyncio
import json
import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from eth_account import Account
from eth_utils.crypto import keccak

from agent.chain.chain import Chain
from agent.chain.clock import ChainClock
from agent.chain.fees import Fees
from agent.chain.rpc import Endpoint
from agent.chain.wire import EvmWire
from agent.errors import Unreadable
from agent.evm import PIN
from agent.evm_slot import evm_lane
from agent.model import Address, EvmTx, Intent, Name, Payload, Signed
from agent.reading import Reading, drive
from tests.kit.devnet.roles import Role, actor

T = TypeVar("T")

CHAIN = Name("main")
CHAIN_ID = 4242
GWEI = 10**9
OPERATOR, STRANGER = (Address(actor(role).address) for role in (Role.OPERATOR, Role.STRANGER))
LANE = evm_lane(CHAIN_ID, OPERATOR)
FEES = Fees(tip=GWEI, ceiling=200 * GWEI, ttl_ms=180_000)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def chain_at(*urls: str, max_lag_blocks: int = 3, timeout_s: float = 10) -> Chain:
    clock = ChainClock(lambda: time.monotonic_ns() // 1_000_000)
    return Chain(CHAIN, CHAIN_ID, [Endpoint(url, timeout_s) for url in urls], clock, max_lag_blocks)


def wire_on(chain: Chain, fees: Fees = FEES) -> EvmWire:
    return EvmWire(CHAIN, CHAIN_ID, OPERATOR, fees, chain.clock, chain.submit)


async def look(chain: Chain, reading: Reading[T]) -> T:
    """One reading at a fresh pin."""
    [found] = await drive([reading], await chain.pin())
    return found


async def ask(chain: Chain, *requests: tuple[Any, ...]) -> list[Any]:
    """Parsed answers at a fresh pin; what failed is its Unreadable."""
    raw = tuple(json.dumps([method, params]).encode() for method, *params in requests)
    answers = await (await chain.pin())(CHAIN, raw)
    return [answer if isinstance(answer, Unreadable) else json.loads(answer) for answer in answers]


def balance_of(who: str, at: str = PIN) -> tuple[str, str, str]:
    return "eth_getBalance", who, at


def transfer(nonce: int, wei: int = 1, *, max_fee: int = 10 * GWEI, tip: int = GWEI) -> EvmTx:
    return EvmTx(
        lane=LANE,
        nonce=nonce,
        expires_ms=2**53,
        to=STRANGER,
        data=b"",
        value=wei,
        gas=21_000,
        max_fee=max_fee,
        tip=tip,
    )


def sign(payload: Payload, role: Role = Role.OPERATOR) -> Signed:
    assert isinstance(payload, EvmTx)
    fields = {
        "type": 2,
        "chainId": CHAIN_ID,
        "nonce": payload.nonce,
        "to": payload.to,
        "data": payload.data,
        "value": payload.value,
        "gas": payload.gas,
        "maxFeePerGas": payload.max_fee,
        "maxPriorityFeePerGas": payload.tip,
    }
    raw = bytes(Account.from_key(actor(role).key).sign_transaction(fields).raw_transaction)
    return Signed(venue=Name("perp"), payload=payload, raw=raw, ref=f"0x{keccak(raw).hex()}")


def intent(*attempts: Signed) -> Intent:
    return Intent(id=1, ceiling=FEES.ceiling, attempts=attempts)


def again(on: Intent, payload: Payload) -> Intent:
    """One more signed attempt."""
    return replace(on, attempts=(*on.attempts, sign(payload)))
