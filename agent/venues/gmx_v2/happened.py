"""What changed the account's position and collateral here, from the events of orders that were executed.

An order is called by the transaction that created it: ours, another's, or that of a keeper who liquidates or
deleverages. Without that, by the one that executed it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from agent.evm_logs import Dated, logs_since, wanted, word
from agent.model import Cause, Happening, View
from agent.reading import Reading
from agent.venues.gmx_v2.events import (
    EVENT_LOG_1,
    EVENT_LOG_2,
    OrderCreated,
    OrderExecuted,
    PositionDecrease,
    PositionIncrease,
    name_hash,
)
from agent.venues.gmx_v2.reports import reported, trades
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import OrderType

ADL = 1
"""Order.SecondaryOrderType: the order itself is a plain decrease, created and executed by the keeper."""
_CAUSES: Mapping[int, Cause] = {OrderType.LIQUIDATION: Cause.LIQUIDATION, OrderType.STOP_LOSS_DECREASE: Cause.STOP}

Moved: TypeAlias = PositionIncrease | PositionDecrease


def happened(setup: Setup, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
    emitter, us = setup.contracts.event_emitter, word(setup.account)
    positions = wanted(emitter, EVENT_LOG_1, _hashes(PositionIncrease, PositionDecrease), us)
    orders = wanted(emitter, EVENT_LOG_2, _hashes(OrderCreated, OrderExecuted), None, us)
    found = yield from logs_since(view.stamp, since_ms, positions, orders)
    created = {each.key: dated.ref for dated in found for each in reported(setup, (dated.log,), OrderCreated)}
    ended = (each for dated in found for each in reported(setup, (dated.log,), OrderExecuted))
    deleveraged = {each.key for each in ended if each.secondary_order_type == ADL}
    return tuple(_told(setup, found, created, deleveraged))


def _hashes(*kinds: type[object]) -> tuple[bytes, ...]:
    return tuple(name_hash(kind.__name__) for kind in kinds)


def _told(
    setup: Setup, found: Iterable[Dated], created: Mapping[bytes, str], deleveraged: set[bytes]
) -> Iterator[Happening]:
    for dated in found:
        for moved in trades(setup, (dated.log,)):
            if (moved.account, moved.market) != (setup.account, setup.market.token):
                continue
            ref = created.get(moved.order_key, dated.ref)
            if moved.size_delta_in_tokens:
                by_type = _CAUSES.get(moved.order_type, Cause.TRADE)
                cause = Cause.ADL if moved.order_key in deleveraged else by_type
                yield _traded(setup, dated, moved, ref, cause)
            elif moved.collateral_token == setup.collateral:
                yield _funded(setup, dated, moved, ref)


def _traded(setup: Setup, dated: Dated, moved: Moved, ref: str, cause: Cause) -> Happening:
    size, adds = setup.coins(moved.size_delta_in_tokens), isinstance(moved, PositionIncrease) == moved.is_long
    return Happening(
        venue=setup.name,
        cause=cause,
        time_ms=dated.time_ms,
        ref=ref,
        market=setup.name_of(moved.collateral_token, is_long=moved.is_long),
        size=size if adds else -size,
        price=setup.price(moved.execution_price),
    )


def _funded(setup: Setup, dated: Dated, moved: Moved, ref: str) -> Happening:
    """An order of size 0 moves collateral alone."""
    amount = setup.dollars(moved.collateral_delta_amount)
    comes = isinstance(moved, PositionIncrease)
    return Happening(
        venue=setup.name,
        cause=Cause.FUNDS,
        time_ms=dated.time_ms,
        ref=ref,
        amount=amount if comes else -amount,
    )
