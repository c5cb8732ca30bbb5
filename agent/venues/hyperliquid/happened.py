"""What changed the account's positions and collateral: its fills, order by order, and its ledger.

An order is called by the name that its sender gave it, as our records do, else by the exchange's number. Weights:
20 for each page of fills, 20 for the ledger and 20 for the account's mode, 1 more for each 20 rows, 2 for each order
that reduced.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from agent.errors import Unreadable
from agent.model import Cause, Happening, Name, View
from agent.reading import Read, Reading
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid.info import ask
from agent.venues.hyperliquid.ledger import Move, to_moves
from agent.venues.hyperliquid.orders import Fate, Fill, to_fate, to_fills
from agent.venues.hyperliquid.reads import mode_read
from agent.venues.hyperliquid.setup import Setup

PAGE = 500
"""A list that is as long, or longer, goes on from the time of its last row."""
MOST_PAGES = 5
MOST_ORDERS = 100
"""That are asked whether they were stops: a weight of 200."""
_ADL, _LIQUIDATED, _CLOSES = "Auto-Deleveraging", "Liquidated", "Close"


def happened(setup: Setup, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
    user, until_ms, mode = setup.account.lower(), view.stamp.time_ms, mode_read(setup)
    known = yield (mode,)
    fills = yield from _fills(setup, since_ms, until_ms)
    orders = _by_order(fill for fill in fills if setup.market_of(fill.coin))
    ledger = ask(
        setup.source,
        to_moves(user, known[mode]),
        type="userNonFundingLedgerUpdates",
        user=user,
        startTime=since_ms,
        endTime=until_ms,
    )
    fates = _fates(setup, [parts[0] for parts in orders.values()])
    found = yield (ledger, *fates.values())
    stops = {oid for oid, read in fates.items() if found[read].triggered}
    trades = _trades(setup, orders, stops)
    moved = (_funded(setup, each) for each in found[ledger])
    return tuple(sorted((*trades, *moved), key=lambda each: each.time_ms))


def _fills(setup: Setup, since_ms: int, until_ms: int) -> Reading[tuple[Fill, ...]]:
    """Oldest first. Raises Unreadable where there are too many: a part of them would explain what it does not."""
    user, known = setup.account.lower(), dict[int, Fill]()
    for _ in range(MOST_PAGES):
        page = ask(setup.source, to_fills, type="userFillsByTime", user=user, startTime=since_ms, endTime=until_ms)
        rows = (yield (page,))[page]
        known |= {fill.number: fill for fill in rows}
        if len(rows) < PAGE:
            return tuple(sorted(known.values(), key=lambda fill: fill.time_ms))
        since_ms = max(fill.time_ms for fill in rows)
    raise Unreadable(f"{setup.source}: more fills than {MOST_PAGES} pages hold")


def _by_order(fills: Iterable[Fill]) -> Mapping[int, Sequence[Fill]]:
    found: dict[int, list[Fill]] = {}
    for fill in fills:
        found.setdefault(fill.oid, []).append(fill)
    return found


def _fates(setup: Setup, firsts: Sequence[Fill]) -> Mapping[int, Read[Fate]]:
    """Of the orders that may have been stops: a fill does not say so."""
    closed = [fill.oid for fill in firsts if fill.does.startswith(_CLOSES) and not _taken(setup, fill)]
    if len(closed) > MOST_ORDERS:
        raise Unreadable(f"{setup.source}: {len(closed)} orders have reduced, more than can be asked about")
    user = setup.account.lower()
    return {oid: ask(setup.source, to_fate, type="orderStatus", user=user, oid=oid) for oid in closed}


def _taken(setup: Setup, fill: Fill) -> bool:
    """By the exchange, in a liquidation of ours."""
    return fill.liquidated == setup.account.lower() or fill.does.startswith(_LIQUIDATED)


def _trades(setup: Setup, orders: Mapping[int, Sequence[Fill]], stops: set[int]) -> Iterator[Happening]:
    for oid, parts in orders.items():
        if known := setup.market_of(parts[0].coin):
            cause = _cause(setup, parts[0], stopped=oid in stops)
            yield _traded(setup, known[0], known[1].multiplier.raw, parts, cause)


def _traded(setup: Setup, market: Name, coins: Decimal, parts: Sequence[Fill], cause: Cause) -> Happening:
    """`coins`: of the underlying, in one of the exchange's."""
    size = sum((fill.size for fill in parts), Decimal(0))
    paid = sum((fill.size * fill.price for fill in parts), Decimal(0))
    return Happening(
        venue=setup.name,
        cause=cause,
        time_ms=parts[-1].time_ms,
        ref=parts[0].cloid or str(parts[0].oid),
        market=market,
        size=Base((size if parts[0].buys else -size) * coins),
        price=Price(paid / size / coins),
    )


def _cause(setup: Setup, fill: Fill, *, stopped: bool) -> Cause:
    if fill.does == _ADL:
        return Cause.ADL
    if _taken(setup, fill):
        return Cause.LIQUIDATION
    return Cause.STOP if stopped else Cause.TRADE


def _funded(setup: Setup, move: Move) -> Happening:
    return Happening(
        venue=setup.name, cause=Cause.FUNDS, time_ms=move.time_ms, ref=move.hash, amount=Usd(move.amount)
    )
