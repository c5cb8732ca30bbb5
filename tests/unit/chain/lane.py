"""One lane, an intent on it, and a chain of which a table tells."""

from dataclasses import replace
from typing import Any

from agent.evm import HEAD
from agent.evm_slot import evm_lane
from agent.model import Address, EvmTx, Intent, Name, Payload, Signed

CHAIN = Name("main")
OPERATOR = Address("0x00000000000000000000000000000000000000AA")
VENUE = Address("0x00000000000000000000000000000000000000bb")
LANE = evm_lane(42161, OPERATOR)
GWEI = 10**9
START_S = 1_700_000_000
NONCE = 7
HEAD_NUMBER = 1000

CALL = EvmTx(
    lane=LANE,
    nonce=NONCE,
    expires_ms=(START_S + 180) * 1000,
    to=VENUE,
    data=b"call",
    value=0,
    gas=900_000,
    max_fee=21 * GWEI,
    tip=GWEI,
)
BURN = replace(CALL, to=OPERATOR, data=b"", value=0, gas=31_500, max_fee=61 * GWEI)


def signed(payload: Payload, ref: str = "0xfirst") -> Signed:
    return Signed(venue=Name("perp"), payload=payload, raw=b"raw", ref=ref)


def intent(*attempts: Signed) -> Intent:
    return Intent(id=1, ceiling=100 * GWEI, attempts=attempts or (signed(CALL),))


def block(number: int = HEAD_NUMBER, passed_s: int = 0, base_fee: int = 10 * GWEI, **fields: Any) -> dict[str, Any]:
    return {
        "number": hex(number),
        "hash": block_hash(number),
        "timestamp": hex(START_S + passed_s),
        "baseFeePerGas": hex(base_fee),
        "transactions": [],
        **fields,
    }


def block_hash(number: int, branch: str = "a") -> str:
    return f"0x{branch}{number:063x}"


def receipt(ref: str = "0xfirst", number: int = HEAD_NUMBER, *, ok: bool = True, **fields: Any) -> dict[str, Any]:
    return {
        "transactionHash": ref,
        "blockNumber": hex(number),
        "blockHash": block_hash(number),
        "status": hex(ok),
        "gasUsed": hex(50_000),
        "effectiveGasPrice": hex(2 * GWEI),
        "logs": [{"address": VENUE.lower(), "topics": ["0x" + "01" * 32], "data": "0x0203"}],
        **fields,
    }


def chain(
    nonce: int = NONCE,
    pending: int | None = None,
    coming: Any = None,
    head: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The table of a chain: its head, the operator's nonces, the block that comes next."""
    counts = {"pending": nonce if pending is None else pending}
    head = head or block()
    return {
        HEAD: head,
        "eth_getBlockByNumber": lambda tag, full: coming if tag == "pending" else block(int(tag, 16)),
        "eth_getTransactionCount": lambda who, at: hex(counts.get(at, nonce)),
        "eth_getBalance": hex(10**18),
        "eth_estimateGas": hex(21_000),
        "eth_getTransactionReceipt": None,
        **more,
    }
