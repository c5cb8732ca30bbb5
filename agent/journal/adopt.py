"""A person accepts what is live: positions, nonces and exposures that are not ours become the new baseline."""

from collections.abc import Mapping

from agent.journal.diary import add_fact
from agent.journal.memory import set_exposure, set_position
from agent.journal.store import Store
from agent.model import Lane, Name, SeenExposure
from agent.units import Base


def adopt(
    store: Store,
    run: int,
    positions: Mapping[tuple[Name, Name], Base],
    nonces: Mapping[Lane, int],
    exposures: Mapping[Name, Base],
) -> None:
    """Later fills count from here, also those of intents that are still open. Each thing adopted is a fact.

    `nonces` are the last ones used.
    """
    with store.transaction():
        for (venue, market), size in positions.items():
            set_position(store, venue, market, size)
            add_fact(store, run, "adopted position", f"{venue} {market}", size)
        for lane, used in nonces.items():
            store.change("INSERT OR REPLACE INTO nonce (lane, used) VALUES (?, ?)", lane, used)
            add_fact(store, run, "adopted nonce", lane, used)
        for underlying, exposure in exposures.items():
            set_exposure(store, underlying, SeenExposure(taken=exposure))
            add_fact(store, run, "adopted exposure", underlying, exposure)
