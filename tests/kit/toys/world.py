"""The truth the toys trade in. It survives every crash of ours and keeps count of what happened.

Amounts are integers, as on a chain: sizes and prices in hundredths, money in millionths.
"""

import json
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Literal

from agent.model import Address, EvmTx, Lane, Message, Movement, Name
from agent.model.plain import revive

Json = dict[str, Any]
Lost = Literal["gone", "back", "rival"]
"""What a reorg does with a transaction: drops it, gives it back, or mines its slot's first attempt instead."""

CHAIN, REST = Name("chain"), Name("rest")
OPERATOR, ROUTER, TOKEN = Address("operator"), Address("router"), Address("token")
STRANGER = Address("stranger")
EVM, API = Lane("evm:1:operator"), Lane("rest:operator")
SYNC, KEEPER, MESSAGE = Name("sync"), Name("keeper"), Name("message")
SIZE_DECIMALS, USD_DECIMALS, PRICE_DECIMALS = 2, 6, 2
PRICE = 2000
CONFIRMATIONS = 3
"""Blocks on top, from which a transaction is final for the venues of this chain."""
REMEMBERED_BLOCKS = 4
BLOCK_MS = 1000
"""A call may be in the block that is under way when its time is over."""


@dataclass
class Chain:
    """Everything that a reorg takes back."""

    block: int = 1
    branch: int = 0
    used: list[int] = field(default_factory=list)
    """By nonce of the operator, the block that used it."""
    size: dict[str, int] = field(default_factory=lambda: {SYNC: 0, KEEPER: 0})
    money: dict[str, int] = field(default_factory=lambda: {SYNC: 0, KEEPER: 0})
    spot: int = 10 * 10**SIZE_DECIMALS
    reserve: int = 100_000 * 10**USD_DECIMALS
    allowance: int = 0
    working: dict[str, Json] = field(default_factory=dict)
    fate: dict[str, Json] = field(default_factory=dict)
    """Of keeper orders."""
    mined: dict[str, Json] = field(default_factory=dict)
    fills: list[tuple[str, str]] = field(default_factory=list)
    """Venue and transaction of every position change."""
    events: list[Json] = field(default_factory=list)
    """What a venue's own records say of it, and of collateral that moved."""


@dataclass
class Exchange:
    """The message venue."""

    size: dict[str, int] = field(default_factory=lambda: {MESSAGE: 0})
    money: dict[str, int] = field(default_factory=lambda: {MESSAGE: 100_000 * 10**USD_DECIMALS})
    stops: dict[str, int] = field(default_factory=dict)
    fate: dict[str, Json] = field(default_factory=dict)
    seen: list[int] = field(default_factory=list)
    fills: list[tuple[str, str]] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)


class World:
    """`keeper_delay_s` is how long an order works; until `keeper_dead_s` nobody executes any."""

    def __init__(self, keeper_delay_s: int = 3, keeper_dead_s: int = 0, reorgs: bool = False) -> None:
        self.now_ms = 0
        self.chain, self.exchange = Chain(), Exchange()
        self.history: list[Chain] | None = [] if reorgs else None
        self.pool: dict[int, tuple[EvmTx, str]] = {}  # one transaction per nonce, the dearest
        self.known: dict[str, EvmTx] = {}
        self.base_fee, self.spike_until_ms = 1, 0
        self.delay_ms, self.dead_until_ms = keeper_delay_s * 1000, keeper_dead_s * 1000
        self.dark: set[str] = set()  # sources, or single reads, that do not answer
        self.skim = 0  # what the router sends to a stranger with every deposit
        self.late: list[str] = []  # calls mined after their time to live
        self.met: Counter[str] = Counter()  # what was really exercised
        self.movements: list[Movement] = []

    @property
    def fills(self) -> list[tuple[str, str]]:
        return self.chain.fills + self.exchange.fills

    @property
    def sizes(self) -> dict[str, int]:
        """In whole units."""
        return {name: size // 10**SIZE_DECIMALS for name, size in {**self.chain.size, **self.exchange.size}.items()}

    def tick(self, ms: int = BLOCK_MS) -> None:
        """Time passes and a block is mined."""
        self.now_ms += ms
        if self.now_ms >= self.spike_until_ms:
            self.base_fee = 1
        if self.history is not None:
            self.history = [*self.history, deepcopy(self.chain)][-REMEMBERED_BLOCKS:]
        self.chain.block += 1
        self.mine()
        for ref, order in list(self.chain.working.items()):
            if self.now_ms >= max(order["since"] + self.delay_ms, self.dead_until_ms):
                self.execute(ref)

    def wait(self, ms: int) -> None:
        """As many blocks as that takes."""
        while ms > 0:
            self.tick(min(ms, BLOCK_MS))
            ms -= BLOCK_MS

    def reorg(self, depth: int, lost: Lost) -> None:
        """The last blocks come again, empty."""
        if not self.history or len(self.history) < depth:
            return
        old, self.chain = self.chain, deepcopy(self.history[-depth])
        for n in range(1, depth):
            self.history[-n] = replace(deepcopy(self.chain), block=self.history[-n].block)
        self.chain.block, self.chain.branch = old.block, old.branch + 1
        gone = [ref for ref in old.mined if ref not in self.chain.mined]
        self.met["reorg"] += bool(gone)
        for ref in gone if lost != "gone" else ():
            nonce = self.known[ref].nonce
            first = next(each for each, tx in self.known.items() if tx.nonce == nonce)
            again = first if lost == "rival" else ref
            self.pool.setdefault(nonce, (self.known[again], again))
        if lost == "rival":
            self.mine()

    def transact(self, raw: bytes) -> str:
        """What an EVM node does with signed bytes: they wait for the next block."""
        tx, ref = revive(EvmTx, json.loads(raw)), name_of(raw)
        if tx.nonce < len(self.chain.used):
            return "nonce too low"
        old = self.pool.get(tx.nonce)
        if old and old[1] != ref and tx.max_fee * 8 < old[0].max_fee * 9:
            return "replacement underpriced"
        if old and old[1] != ref:
            self.met["bump" if tx.data else "burn"] += 1
        self.pool[tx.nonce] = (tx, ref)
        self.known[ref] = tx
        return ref

    def mine(self) -> None:
        """Everything in the pool whose turn it is and that pays enough."""
        while (nonce := len(self.chain.used)) in self.pool and self.pool[nonce][0].max_fee >= self.base_fee:
            tx, ref = self.pool.pop(nonce)
            self.chain.used.append(self.chain.block)
            call: Json = json.loads(tx.data or b"{}")
            if call and self.now_ms > tx.expires_ms + BLOCK_MS:
                self.late.append(ref)
            ok, filled = self._apply(call, ref)
            mined = {"call": bool(call), "ok": ok, "filled": filled, "gas": tx.gas // 2, "block": self.chain.block}
            self.chain.mined[ref] = mined

    def _apply(self, call: Json, ref: str) -> tuple[bool, int]:
        """Whether the call did not revert, and how much it filled."""
        match call.get("do"), call.get("venue"):
            case "approve", _:
                self.chain.allowance = call["amount"]
                self._moved("Approval", OPERATOR, ROUTER, call["amount"])
            case "deposit", _:
                return self._deposit(call["venue"], call["amount"], ref), 0
            case "trade", "sync":
                if self.chain.money[SYNC] <= 0 or beyond(call):
                    return False, 0
                return True, self._fill(SYNC, call["size"], ref)
            case "trade", "keeper":
                if call["collateral"] and not self._deposit(KEEPER, call["collateral"], ref):
                    return False, 0
                self.chain.working[ref] = {"size": call["size"], "worst": call["worst"], "since": self.now_ms}
            case "cancel", _:
                return self._cancel(call["id"]), 0
        return True, 0

    def _deposit(self, venue: str, amount: int, ref: str) -> bool:
        if amount > min(self.chain.allowance, self.chain.reserve):
            return False
        self.chain.allowance -= amount
        self.chain.reserve -= amount
        self.chain.money[venue] += amount
        self.chain.events.append(self._event(venue, "funds", ref, amount=amount))
        self._moved("Transfer", OPERATOR, ROUTER, amount)
        if self.skim:
            self._moved("Transfer", OPERATOR, STRANGER, self.skim)
        return True

    def _moved(self, kind: str, source: Address, target: Address, amount: int) -> None:
        self.movements.append(Movement(kind=kind, token=TOKEN, source=source, target=target, amount=amount))

    def _fill(self, venue: str, size: int, ref: str) -> int:
        self.chain.size[venue] += size
        self.chain.fills.append((venue, ref))
        self.chain.events.append(self._event(venue, "trade", ref, size))
        return size

    def _event(self, venue: str, cause: str, ref: str, size: int = 0, amount: int = 0) -> Json:
        return {"venue": venue, "cause": cause, "ref": ref, "size": size, "amount": amount, "time": self.now_ms}

    def meddle(self, venue: str, cause: str, size: int = 0, amount: int = 0) -> None:
        """Someone else changes a position of ours, or its collateral, in the block that is under way."""
        place = self.chain if venue in self.chain.size else self.exchange
        place.size[venue] += size
        place.money[venue] += amount
        place.events.append(self._event(venue, cause, f"outside{len(place.events)}", size, amount))

    def execute(self, ref: str) -> None:
        """What a keeper does with an order: fills it, or cancels one that cannot be filled."""
        order = self.chain.working.pop(ref)
        if beyond(order):
            self.chain.fate[ref] = {"filled": 0, "cancelled": True, "block": self.chain.block}
            return
        self._fill(KEEPER, order["size"], ref)
        self.chain.fate[ref] = {"filled": order["size"], "cancelled": False, "block": self.chain.block}

    def _cancel(self, ref: str) -> bool:
        if self.chain.working.pop(ref, None) is None:
            return False
        self.chain.fate[ref] = {"filled": 0, "cancelled": True, "block": self.chain.block}
        self.met["cancel"] += 1
        return True

    def post(self, raw: bytes) -> str:
        """What the message exchange does with signed bytes."""
        message = revive(Message, json.loads(raw))
        if message.nonce in self.exchange.seen or self.now_ms > message.expires_ms:
            return "nonce used or expired"
        self.now_ms += 1  # no two states of an exchange have the same time
        self.exchange.seen.append(message.nonce)
        body: Json = json.loads(message.body)
        rejected = body["do"] == "trade" and beyond(body)
        filled = body["size"] if body["do"] == "trade" and not rejected else 0
        if filled:
            self.exchange.size[MESSAGE] += filled
            self.exchange.fills.append((MESSAGE, body["id"]))
            self.exchange.events.append(self._event(MESSAGE, "trade", name_of(raw), filled))
        if body["do"] == "protect":
            self.exchange.stops[body["id"]] = body["size"]
        if body["do"] == "cancel":
            rejected = self.exchange.stops.pop(body["order"], None) is None
        self.exchange.fate[body["id"]] = {"filled": filled, "rejected": rejected}
        return "rejected" if rejected else "ok"


def beyond(order: Json) -> bool:
    """Whether the price is worse than the order allows."""
    price: int = PRICE * 10**PRICE_DECIMALS
    return bool(price < order["worst"] if order["size"] < 0 else price > order["worst"])


def name_of(raw: bytes) -> str:
    """What the outside world calls these bytes."""
    return sha256(raw).hexdigest()[:16]


Sent = Callable[[], str]
Way = Callable[[World, Sent], str]
"""How bytes travel: calls Sent to let the world have them, and answers or raises Unreadable."""


def straight(world: World, sent: Sent) -> str:
    return sent()
