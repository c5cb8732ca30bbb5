"""Several chains, and the services beside them, at about the same time."""

from asyncio import gather
from collections.abc import Mapping

from agent.chain.chain import Chain
from agent.chain.head import Pin
from agent.chain.moment import Moment
from agent.errors import Unreadable
from agent.model import Name
from agent.reading import Fetch


class Instant:
    """A Fetch over all of them. A chain that could not be pinned raises when it is asked, and only then."""

    def __init__(self, moments: Mapping[Name, Moment | Fetch | Unreadable]) -> None:
        self._moments = moments

    @property
    def pins(self) -> tuple[Pin, ...]:
        return tuple(moment.pin for moment in self._moments.values() if isinstance(moment, Moment))

    async def __call__(self, source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        moment = self._moments.get(source, Unreadable(f"{source}: no chain of this name is configured"))
        if isinstance(moment, Unreadable):
            raise moment.about()
        return await moment(source, requests)


async def instant(chains: Mapping[Name, Chain], services: Mapping[Name, Fetch]) -> Instant:
    """Pins every chain at once; a service answers when it is asked."""
    pinned = dict(zip(chains, await gather(*map(_pin, chains.values())), strict=True))
    return Instant({**pinned, **services})


async def _pin(chain: Chain) -> Moment | Unreadable:
    try:
        return await chain.pin()
    except Unreadable as error:
        return error
