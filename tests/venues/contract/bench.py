"""What the cards need of a venue's surroundings."""

from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from agent.model import Cause, Name, Payload, Signed, Snapshot
from agent.reading import Fetch
from agent.seams import Stage, Venue, Wire
from agent.units import Base, Usd

T = TypeVar("T")


class VenueBench(Protocol):
    """One venue in a world of its own. The account is flat and has the collateral for a position of `size`."""

    @property
    def venue(self) -> Venue: ...
    @property
    def wire(self) -> Wire: ...
    @property
    def market(self) -> Name: ...
    @property
    def size(self) -> Base:
        """> 0; a whole number of lots, and a half of it is one too."""
        ...

    @property
    def along(self) -> Usd:
        """Collateral that must come with each increase; 0 where the account has posted it before."""
        ...

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """`asyncio.run`, or a loop that lives as long as the bench."""
        ...

    async def moment(self) -> Fetch:
        """The world as it is now."""
        ...

    def stage(self, snapshot: Snapshot) -> AbstractAsyncContextManager[Stage]: ...
    def seal(self, payload: Payload) -> Signed:
        """Signs without judging, with the key of the lane."""
        ...

    async def settle(self) -> None:
        """Outsiders do their part, and what was sent becomes final."""
        ...

    async def wait_until(self, time_ms: int) -> None:
        """The source's clock passes this time."""
        ...

    async def vanish(self) -> bool:
        """The last block comes again without our transaction, for good; False where nothing can vanish."""
        ...

    async def meddle(self, cause: Cause, size: Base) -> bool:
        """Someone else buys back that much of the short; of a liquidation the venue says how much. False where the
        venue knows no such thing."""
        ...

    async def move_funds(self, amount: Usd) -> None:
        """The owner posts collateral beside the position, or (< 0) takes some of it home."""
        ...

    def foreign(self, payload: Payload) -> Payload | None:
        """Other bytes for the same slot, as a second program with our key would send; None where none can exist."""
        ...
