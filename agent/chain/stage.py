"""The stage: our very transactions on a fork of each chain, before anything is signed."""

from asyncio import Lock
from collections.abc import AsyncIterator, Callable, Mapping, Set
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from agent.chain.chain import Chain
from agent.chain.fork import Fork, fork
from agent.errors import Unreadable
from agent.evm_slot import Log, chain_id_of
from agent.model import Address, EvmTx, Name, Played, Snapshot, value


@value
class ForkSettings:
    """`ours`: addresses whose transfers and approvals are reported."""

    ours: Set[Address]
    anvil: str = "anvil"
    start_s: float = 20
    call_s: float = 30


class Forks:
    """House.stage: forks are opened as they are needed, one for each chain, and end with the rehearsal."""

    def __init__(self, chains: Mapping[Name, Chain], settings: ForkSettings) -> None:
        self._chains, self._settings = chains, settings

    @asynccontextmanager
    async def __call__(self, snapshot: Snapshot) -> AsyncIterator["ForkStage"]:
        async with AsyncExitStack() as stack:
            yield ForkStage(self._chains, self._settings, snapshot, stack)


class ForkStage:
    """A seams.Stage."""

    def __init__(
        self, chains: Mapping[Name, Chain], settings: ForkSettings, snapshot: Snapshot, stack: AsyncExitStack
    ) -> None:
        self.played: list[Played] = []
        self._chains, self._settings, self._snapshot, self._stack = chains, settings, snapshot, stack
        self._forks: dict[Name, Fork] = {}
        self._last: Fork | None = None
        self._opening = Lock()

    async def fetch(self, source: Name, requests: tuple[bytes, ...], /) -> tuple[bytes | Unreadable, ...]:
        """At the fork's own head, all in one batch."""
        return await (await self._fork(source)).fetch(requests)

    async def play(self, tx: EvmTx, /, explain: Callable[[str], str] = str) -> None:
        self._last = await self._fork(self._source(tx))
        played = await self._last.play(tx, self._settings.ours)
        self.played.append(replace(played, said=explain(played.said)))

    async def outsider(self, who: Address, to: Address, data: bytes, after_s: int = 0) -> tuple[Log, ...]:
        """On the chain that was played on last."""
        return await self._playing().outsider(who, to, data, after_s)

    async def place(self, at: Address, code: bytes) -> None:
        await self._playing().place(at, code)

    def _playing(self) -> Fork:
        if self._last is None:
            raise Unreadable("nothing was played yet: there is no fork for an outsider to act on")
        return self._last

    def _source(self, tx: EvmTx) -> Name:
        for name, chain in self._chains.items():
            if chain.chain_id == chain_id_of(tx.lane):
                return name
        raise Unreadable(f"{tx.lane}: no chain with this id is configured")

    async def _fork(self, source: Name) -> "Fork":
        async with self._opening:
            if source not in self._forks:
                self._forks[source] = await self._open(source)
            return self._forks[source]

    async def _open(self, source: Name) -> "Fork":
        if source not in self._chains:
            raise Unreadable(f"{source} is no chain and cannot be forked")
        stamp = next((s for s in self._snapshot.stamps() if s.source == source and s.block is not None), None)
        if stamp is None:
            raise Unreadable(f"{source}: nothing was read there, so there is no block to fork at")
        return await self._stack.enter_async_context(
            fork(self._chains[source], stamp, self._settings.anvil, self._settings.start_s, self._settings.call_s)
        )
