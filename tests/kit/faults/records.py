"""What the chain says, and what the journal says, each read without the program that is tested."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from agent.model.base import value
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.faults import on_gmx_v2, on_perp_v2

_COLD = (Role.COLD1, Role.COLD2)
_TOKENS = ("WETH", "wstETH", "evETH")


class Exchange(Protocol):
    """What is asked of the exchange on the chain: a module of this shape for each kind."""

    def position_changes(self, devnet: Devnet) -> Counter[str]: ...
    def deposits(self, devnet: Devnet) -> int: ...
    def position(self, devnet: Devnet) -> Decimal: ...
    def orders(self, devnet: Devnet) -> Mapping[str, str]: ...
    def stranded(self, devnet: Devnet) -> Iterator[str]: ...
    def pass_time(self, devnet: Devnet, seconds: int) -> None: ...
    def refresh_feeds(self, devnet: Devnet) -> None: ...


_EXCHANGES: dict[Kind, Exchange] = {Kind.PERP_V2: on_perp_v2, Kind.GMX_V2: on_gmx_v2}


@value
class Mined:
    """One transaction of the operator, as the chain has it."""

    nonce: int
    ref: str
    raw: str
    ok: bool


@value
class Slot:
    """One intent, as the journal's file has it: every attempt's name and bytes."""

    id: int
    nonce: int
    state: str
    reason: str | None
    attempts: Mapping[str, str]
    payloads: tuple[Mapping[str, Any], ...]


def journal_of(folder: Path) -> Path:
    return folder / "hedgekeeper-state" / "journal.sqlite"


def slots(folder: Path) -> list[Slot]:
    """In the order of their nonces."""
    path = journal_of(folder)
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as db:
        if not db.execute("SELECT 1 FROM sqlite_schema").fetchone():
            return []  # it died before it had made its tables
        rows = db.execute("SELECT id, nonce, state, reason FROM intent ORDER BY nonce").fetchall()
        return [_slot(db, *row) for row in rows]


def _slot(db: sqlite3.Connection, key: int, nonce: int, state: str, reason: str | None) -> Slot:
    found = db.execute("SELECT ref, raw, payload FROM attempt WHERE intent = ? ORDER BY n", (key,)).fetchall()
    return Slot(
        id=key,
        nonce=nonce,
        state=state,
        reason=json.loads(reason)["code"] if reason else None,
        attempts={ref: f"0x{raw.hex()}" for ref, raw, _ in found},
        payloads=tuple(json.loads(payload) for _, _, payload in found),
    )


def mined(devnet: Devnet) -> list[Mined]:
    """Everything that the operator's key has done on this chain, in order."""
    operator = devnet.address(Role.OPERATOR).lower()
    block = devnet.chain.rpc("eth_getBlockByNumber", "latest", True)
    missing, found = devnet.chain.web3.eth.get_transaction_count(devnet.address(Role.OPERATOR)), list[Mined]()
    while len(found) < missing and int(block["number"], 16):
        found += [_mined(devnet, tx) for tx in block["transactions"] if tx["from"] == operator]
        block = devnet.chain.rpc("eth_getBlockByHash", block["parentHash"], True)
    return sorted(found, key=lambda tx: tx.nonce)


def _mined(devnet: Devnet, tx: Mapping[str, str]) -> Mined:
    receipt = devnet.chain.rpc("eth_getTransactionReceipt", tx["hash"])
    raw = devnet.chain.rpc("eth_getRawTransactionByHash", tx["hash"])
    return Mined(nonce=int(tx["nonce"], 16), ref=tx["hash"], raw=raw, ok=receipt["status"] == "0x1")


def unmined(devnet: Devnet) -> int:
    """How many transactions of the operator wait in the pool."""
    eth, operator = devnet.chain.web3.eth, devnet.address(Role.OPERATOR)
    return eth.get_transaction_count(operator, "pending") - eth.get_transaction_count(operator, "latest")


def position_changes(devnet: Devnet) -> Counter[str]:
    """Of our account, by the transaction that asked for them: since the chain began, whoever sent it."""
    return _exchange(devnet).position_changes(devnet)


def deposits(devnet: Devnet) -> int:
    """Of collateral for our account, since the chain began."""
    return _exchange(devnet).deposits(devnet)


def position(devnet: Devnet) -> Decimal:
    return _exchange(devnet).position(devnet)


def orders(devnet: Devnet) -> Mapping[str, str]:
    """Where a keeper executes: what became of each order, by the transaction that created it."""
    return _exchange(devnet).orders(devnet)


def stranded(devnet: Devnet) -> Iterator[str]:
    """Whatever is still on its way: a line for each."""
    return _exchange(devnet).stranded(devnet)


def pass_time(devnet: Devnet, seconds: int) -> None:
    """Feeds stay fresh."""
    _exchange(devnet).pass_time(devnet, seconds)


def refresh_feeds(devnet: Devnet) -> None:
    _exchange(devnet).refresh_feeds(devnet)


def _exchange(devnet: Devnet) -> Exchange:
    return _EXCHANGES[devnet.kind]


def spot(devnet: Devnet) -> dict[str, int]:
    """Every coin of the watched wallets."""
    eth = devnet.chain.web3.eth
    amounts: dict[str, int] = {f"{role} ETH": eth.get_balance(devnet.address(role)) for role in _COLD}
    for symbol in _TOKENS:
        balance = devnet.token(symbol).functions.balanceOf
        amounts |= {f"{role} {symbol}": balance(devnet.address(role)).call() for role in _COLD}
    return amounts


def idle_s(devnet: Devnet) -> int:
    """How much later than the last block the next one would be."""
    latest, pending = (devnet.chain.rpc("eth_getBlockByNumber", which, False) for which in ("latest", "pending"))
    return int(pending["timestamp"], 16) - int(latest["timestamp"], 16)
