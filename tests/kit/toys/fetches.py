"""Four ways to answer the same readings: the live world, a fork of it, a recording, and none at all."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

from agent.errors import Unreadable
from agent.evm_slot import Log
from agent.model import Address, EvmTx, Name, Played, Snapshot
from agent.model.plain import plain
from agent.reading import Fetch
from tests.kit.toys.world import CHAIN, CONFIRMATIONS, REST, Json, World, name_of

GAS = 900_000
"""What the live chain estimates for any call."""


def freeze(world: World) -> Json:
    """One moment, as data."""
    chain, exchange = world.chain, world.exchange
    head = {"time": world.now_ms, "block": chain.block, "hash": f"{chain.block}-{chain.branch}"}
    deep = sum(block <= chain.block - CONFIRMATIONS for block in chain.used)
    counts = {"nonce": len(chain.used), "deep": deep, "base_fee": world.base_fee, "gas": GAS}
    state = {
        CHAIN: {"head": head, **counts, **vars(chain)},
        REST: {"head": {"time": world.now_ms}, **vars(exchange)},
        "dark": sorted(world.dark),
    }
    frozen: Json = json.loads(json.dumps(state))
    return frozen


def answer(state: Json, source: Name, request: bytes) -> bytes | Unreadable:
    """A request is a path into the state; "value/keeper/-3" is a call whose argument had to be read first."""
    path = request.decode()
    if path in state["dark"]:
        return Unreadable(f"{source}: {path}: execution reverted")
    kind, *rest = path.split("/")
    if kind == "value":
        venue, size = rest
        if int(size) != state[source]["size"][venue]:
            return Unreadable(f"{source}: {path}: the position is another")
        return json.dumps(state[source]["money"][venue]).encode()
    found: Any = state[source][kind]
    for key in rest:
        found = found.get(key)
    return json.dumps(found).encode()


def live(state: Json, trips: Counter[Name]) -> Fetch:
    """The world, pinned to one moment; counts round trips."""

    async def fetch(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        trips[source] += 1
        if source in state["dark"]:
            raise Unreadable(f"{source}: no route")
        return tuple(answer(state, source, request) for request in requests)

    return fetch


Tape = dict[tuple[Name, bytes], bytes | Unreadable]


def recording(fetch: Fetch, tape: Tape) -> Fetch:
    async def record(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        answers = await fetch(source, requests)
        tape.update({(source, request): raw for request, raw in zip(requests, answers, strict=True)})
        return answers

    return record


def transcript(tape: Tape) -> Fetch:
    async def fetch(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        return tuple(tape[source, request] for request in requests)

    return fetch


async def dark(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
    raise Unreadable(f"{source}: no route")


class Fork:
    """agent.seams.Stage: a copy of the world that is thrown away."""

    def __init__(self, world: World) -> None:
        self.world = deepcopy(world)
        self.world.base_fee, self.world.history = 0, None  # an impersonated call does not compete for its block
        self.world.pool.clear()
        self._played: list[Played] = []

    @property
    def played(self) -> Sequence[Played]:
        return self._played

    async def fetch(self, source: Name, requests: tuple[bytes, ...], /) -> tuple[bytes | Unreadable, ...]:
        if source != CHAIN:
            raise Unreadable(f"{source}: has no fork")
        state = freeze(self.world)
        return tuple(answer(state, source, request) for request in requests)

    async def play(self, tx: EvmTx, /, explain: Callable[[str], str] = str) -> None:
        raw = json.dumps(plain(tx)).encode()
        before = len(self.world.movements)
        said = self.world.transact(raw)
        self.world.mine()
        mined = self.world.chain.mined.get(name_of(raw), {"ok": False, "gas": 0})
        moved = tuple(self.world.movements[before:])
        self._played.append(Played(tx=tx, ok=mined["ok"], gas_used=mined["gas"], movements=moved, said=explain(said)))

    async def outsider(self, who: Address, to: Address, data: bytes, after_s: int = 0) -> tuple[Log, ...]:
        self.world.now_ms += after_s * 1000
        for ref in list(self.world.chain.working):
            self.world.execute(ref)
        return ()

    async def place(self, at: Address, code: bytes) -> None:
        raise NotImplementedError("no toy needs a contract of its own on a fork")


class Forks:
    """Opens forks, and counts them."""

    def __init__(self, world: World) -> None:
        self.world, self.opened, self.closed = world, 0, 0

    @asynccontextmanager
    async def __call__(self, snapshot: Snapshot) -> AsyncIterator[Fork]:
        if "fork" in self.world.dark:
            raise Unreadable("fork: no upstream answers")
        branch = f"-{self.world.chain.branch}"
        if any(s.block_hash and not s.block_hash.endswith(branch) for s in snapshot.stamps()):
            raise Unreadable("fork: the block that was read is not on the chain any more")
        self.opened += 1
        try:
            yield Fork(self.world)
        finally:
            self.closed += 1
