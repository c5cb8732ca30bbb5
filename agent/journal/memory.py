"""What our records add up to: kept in step with every outcome and every plan, read as one Memory."""

import json
from collections.abc import Iterable, Mapping

from agent.journal.store import Store
from agent.model import (
    Code,
    Intent,
    Lane,
    Memory,
    Name,
    Outcome,
    Plan,
    SeenAccount,
    SeenExposure,
    Settlement,
    Stamp,
    Traded,
    View,
    Wished,
)
from agent.model.plain import plain, revive
from agent.model.times import DAY_MS
from agent.units import Base, Usd

REMEMBERED_MS = 7 * DAY_MS
"""Trades and refusals are remembered this long before the newest of them."""
MOST_A_DAY = 300
"""Transactions that are looked at for what they cost."""


def remember(store: Store, run: int | None = None) -> Memory:
    """`run` is the one under way."""
    return Memory(
        landed=_landed(store),
        nonces=_nonces(store),
        positions=positions(store),
        exposures=exposures(store),
        trades=_trades(store, run),
        gas=_gas(store),
        refusals=_refusals(store),
        working=_working(store),
        sent=_sent(store),
        wished=wishes(store),
        accounts=accounts(store),
        refs=_refs(store),
        hold=_hold(store),
    )


def remember_outcome(store: Store, held: Intent, now: Outcome) -> None:
    """Within the caller's transaction: the position moves by what this outcome says beyond the last one."""
    if held.settlement:
        _move(store, held.venue, held.settlement.market, -held.settlement.filled)
    if now.settlement:
        _move(store, held.venue, now.settlement.market, now.settlement.filled)
    last = _landed(store).get(now.stamp.source)
    if last is None or last.time_ms <= now.stamp.time_ms:
        set_landing(store, now.stamp)


def set_landing(store: Store, stamp: Stamp) -> None:
    text = json.dumps(plain(stamp))
    store.change("INSERT OR REPLACE INTO landing (source, stamp) VALUES (?, ?)", stamp.source, text)


def _move(store: Store, venue: Name, market: Name | None, by: Base) -> None:
    """A position that was there before our records is unknown to them, and stays so until it is adopted or flat."""
    known = positions(store)
    if market is not None and (venue, market) in known:
        set_position(store, venue, market, known[venue, market] + by)


def know_flat(store: Store, views: Iterable[View]) -> None:
    """Within the caller's transaction: a position that is first seen at 0 is known from there on."""
    known = positions(store)
    for view in views:
        for market in view.markets:
            if (view.venue, market.name) not in known and not view.size(market.name):
                set_position(store, view.venue, market.name, Base(0))


def set_position(store: Store, venue: Name, market: Name, size: Base) -> None:
    store.change("INSERT OR REPLACE INTO position (venue, market, size) VALUES (?, ?, ?)", venue, market, str(size))


def set_hold(store: Store, why: str | None, ceilings: Mapping[Lane, int]) -> None:
    """Within the caller's transaction; None lifts it. What is still open when it is set never goes: its burn may bid
    up to the lane's ceiling."""
    store.change("DELETE FROM hold")
    if why is not None:
        store.change("INSERT INTO hold (id, why) VALUES (1, ?)", why)
        store.change("UPDATE intent SET revoked = 1 WHERE state IN ('signed', 'landed')")
    for lane, ceiling in ceilings.items():
        store.change(
            "UPDATE intent SET ceiling = max(ceiling, ?) WHERE lane = ? AND state IN ('signed', 'landed')",
            ceiling,
            lane,
        )


def _hold(store: Store) -> str | None:
    return next((str(row["why"]) for row in store.rows("SELECT why FROM hold")), None)


def set_exposure(store: Store, underlying: Name, seen: SeenExposure) -> None:
    text = json.dumps(plain(seen))
    store.change("INSERT OR REPLACE INTO exposure (underlying, seen) VALUES (?, ?)", underlying, text)


def seen_exposures(store: Store, plan: Plan) -> dict[Name, SeenExposure]:
    """What the plan changes of the exposures that we hold true, by underlying."""
    before = exposures(store)
    return {name: seen for name, seen in plan.seen.items() if seen != before.get(name)}


def wishes(store: Store) -> dict[Name, Wished]:
    rows = store.rows("SELECT underlying, wished FROM wish")
    return {Name(row["underlying"]): revive(Wished, json.loads(row["wished"])) for row in rows}


def set_wishes(store: Store, plan: Plan) -> None:
    """Within the caller's transaction."""
    for name, wished in plan.wished.items():
        text = json.dumps(plain(wished))
        store.change("INSERT OR REPLACE INTO wish (underlying, wished) VALUES (?, ?)", name, text)


def accounts(store: Store) -> dict[Name, SeenAccount]:
    rows = store.rows("SELECT venue, seen FROM account")
    return {Name(row["venue"]): revive(SeenAccount, json.loads(row["seen"])) for row in rows}


def set_accounts(store: Store, plan: Plan) -> None:
    """Within the caller's transaction."""
    for name, seen in plan.accounts.items():
        text = json.dumps(plain(seen))
        store.change("INSERT OR REPLACE INTO account (venue, seen) VALUES (?, ?)", name, text)


def positions(store: Store) -> dict[tuple[Name, Name], Base]:
    rows = store.rows("SELECT venue, market, size FROM position")
    return {(Name(row["venue"]), Name(row["market"])): Base(row["size"]) for row in rows}


def exposures(store: Store) -> dict[Name, SeenExposure]:
    rows = store.rows("SELECT underlying, seen FROM exposure")
    return {Name(row["underlying"]): revive(SeenExposure, json.loads(row["seen"])) for row in rows}


def _landed(store: Store) -> dict[Name, Stamp]:
    rows = store.rows("SELECT source, stamp FROM landing")
    return {Name(row["source"]): revive(Stamp, json.loads(row["stamp"])) for row in rows}


def _nonces(store: Store) -> dict[Lane, int]:
    """A slot that other bytes took was not ours: until it is adopted, the chain is one ahead of us."""
    rows = store.rows(
        "SELECT lane, max(used) AS used FROM "
        "(SELECT lane, nonce - (coalesce(json_extract(reason, '$.code'), '') = ?) AS used FROM intent "
        "WHERE retired = 0 UNION ALL SELECT lane, used FROM nonce) GROUP BY lane",
        Code.REPLACED,
    )
    return {Lane(row["lane"]): row["used"] for row in rows}


def _trades(store: Store, run: int | None) -> tuple[Traded, ...]:
    rows = store.rows(
        "SELECT attempt.venue, filled_ms, settlement, run FROM intent JOIN attempt ON attempt.intent = id AND n = 0 "
        "WHERE retired = 0 AND filled_ms > "
        "(SELECT max(filled_ms) - ? FROM intent WHERE filled_ms IS NOT NULL AND retired = 0) "
        "ORDER BY filled_ms, id",
        REMEMBERED_MS,
    )
    return tuple(
        _traded(
            Name(row["venue"]),
            row["filled_ms"],
            revive(Settlement, json.loads(row["settlement"])),
            fresh=row["run"] == run,
        )
        for row in rows
    )


def _traded(venue: Name, time_ms: int, settled: Settlement, *, fresh: bool) -> Traded:
    notional = abs(settled.filled) * settled.price if settled.price else Usd(0)
    return Traded(venue=venue, market=settled.market or Name(""), time_ms=time_ms, notional=notional, fresh=fresh)


def _gas(store: Store) -> dict[Lane, tuple[tuple[int, int], ...]]:
    """Of the last intents alone: a day never has more."""
    rows = store.rows(
        "SELECT lane, stamp, settlement FROM intent WHERE settlement IS NOT NULL AND stamp IS NOT NULL "
        "AND retired = 0 ORDER BY id DESC LIMIT ?",
        MOST_A_DAY,
    )
    found: dict[Lane, tuple[tuple[int, int], ...]] = {}
    for row in rows:
        wei = json.loads(row["settlement"])["gas_wei"]
        if wei:
            at_ms = revive(Stamp, json.loads(row["stamp"])).time_ms
            found[Lane(row["lane"])] = (*found.get(Lane(row["lane"]), ()), (at_ms, wei))
    return found


def _refs(store: Store) -> frozenset[str]:
    """Of the last intents alone: an older one has been accounted for."""
    rows = store.rows(
        "SELECT ref FROM attempt WHERE intent > (SELECT coalesce(max(id), 0) - ? FROM intent)", MOST_A_DAY
    )
    return frozenset(row["ref"] for row in rows)


def take_adopted(store: Store, plan: Plan) -> None:
    """Within the caller's transaction: positions that changed without us, for a cause that asks nobody."""
    for each in plan.adopted:
        set_position(store, each.venue, each.market, each.size)


def _working(store: Store) -> dict[str, Name]:
    rows = store.rows(
        "SELECT order_id, attempt.venue FROM intent JOIN attempt ON attempt.intent = id AND n = 0 "
        "WHERE state = 'landed' AND order_id IS NOT NULL"
    )
    return {row["order_id"]: Name(row["venue"]) for row in rows}


def _sent(store: Store) -> dict[str, Name]:
    rows = store.rows("SELECT ref, venue FROM attempt JOIN intent ON intent.id = intent WHERE state = 'signed'")
    return {row["ref"]: Name(row["venue"]) for row in rows}


def _refusals(store: Store) -> dict[Lane, tuple[int, ...]]:
    """Exits do not count, and a person who resumes starts anew."""
    rows = store.rows(
        "SELECT lane, stamp FROM intent JOIN run ON run.id = intent.run "
        "WHERE state = 'refused' AND retired = 0 AND command != 'flatten' "
        "AND run.id > (SELECT coalesce(max(run), 0) FROM fact WHERE kind = 'resume') ORDER BY lane, nonce"
    )
    found: dict[Lane, tuple[int, ...]] = {}
    for row in rows:
        at_ms = revive(Stamp, json.loads(row["stamp"])).time_ms
        found[Lane(row["lane"])] = (*found.get(Lane(row["lane"]), ()), at_ms)
    newest = max((at_ms for times in found.values() for at_ms in times), default=0)
    return {lane: tuple(at for at in times if at > newest - REMEMBERED_MS) for lane, times in found.items()}
