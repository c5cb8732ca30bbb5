"""A person accepts what is live: positions, nonces and exposures that are not ours become the new baseline."""

from collections.abc import Iterable, Mapping

from agent.journal.diary import add_fact
from agent.journal.memory import set_exposure, set_landing, set_position
from agent.journal.store import Store
from agent.model import Lane, Name, SeenExposure, Stamp
from agent.units import Base


def adopt(
    store: Store,
    run: int,
    positions: Mapping[tuple[Name, Name], Base],
    nonces: Mapping[Lane, int],
    exposures: Mapping[Name, Base],
    stamps: Iterable[Stamp] = (),
) -> None:
    """Later fills count from here, also those of intents that are still open. Each thing adopted is a fact.

    `nonces` are the last ones used; `stamps` the blocks that all this was read at.
    """
    with store.transaction():
        for stamp in stamps:
            set_landing(store, stamp)
        store.change("DELETE FROM position")
        for (venue, market), size in positions.items():
            set_position(store, venue, market, size)
            add_fact(store, run, "adopted position", f"{venue} {market}", size)
        for lane, used in nonces.items():
            _retire(store, run, lane, used)
            store.change("INSERT OR REPLACE INTO nonce (lane, used) VALUES (?, ?)", lane, used)
            add_fact(store, run, "adopted nonce", lane, used)
        _let_go(store, run, nonces)
        for underlying, exposure in exposures.items():
            set_exposure(store, underlying, SeenExposure(taken=exposure))
            add_fact(store, run, "adopted exposure", underlying, exposure)


def _retire(store: Store, run: int, lane: Lane, used: int) -> None:
    """A chain that was reset, or reorganised deeper than we wait, has these slots free again: they are given back.

    What is still open keeps its slot: its bytes may be on their way.
    """
    store.change(
        "UPDATE intent SET retired = ? "
        "WHERE lane = ? AND nonce > ? AND retired = 0 AND state NOT IN ('signed', 'landed')",
        run,
        lane,
        used,
    )


def rewind(store: Store, run: int, lane: Lane, nonce: int, stamp: Stamp) -> None:
    """Our slots from `nonce` on are free again, and what is open behind it can never go; the diary keeps them.

    What is open on `nonce` itself stays: its bytes may be on their way.
    """
    with store.transaction():
        set_landing(store, stamp)
        store.change(
            "UPDATE intent SET state = 'void' WHERE lane = ? AND nonce > ? AND state IN ('signed', 'landed')",
            lane,
            nonce,
        )
        _retire(store, run, lane, nonce - 1)
        store.change("UPDATE nonce SET used = min(used, ?) WHERE lane = ?", nonce - 1, lane)
        add_fact(store, run, "rewound", lane, nonce - 1)


def _let_go(store: Store, run: int, lanes: Mapping[Lane, int]) -> None:
    """What is open on a lane that is no longer named: without its key nobody can end it."""
    for row in store.rows("SELECT id, lane FROM intent WHERE state IN ('signed', 'landed')"):
        if row["lane"] not in lanes:
            store.change("UPDATE intent SET state = 'void' WHERE id = ?", row["id"])
            add_fact(store, run, "let go", row["lane"], row["id"])
