"""A draft on the fork: the very transactions, then a keeper's part in them, then the same look at the exchange."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from agent.evm_slot import Log
from agent.model import Draft, EvmTx, View
from agent.reading import Reading, drive
from agent.seams import Stage
from agent.units import Usd
from agent.venues.gmx_v2 import keeper, reverts
from agent.venues.gmx_v2.events import ExecutionFeeRefund, OrderCancelled, PositionDecrease, PositionIncrease
from agent.venues.gmx_v2.observe import Own, observe
from agent.venues.gmx_v2.reads import MANY
from agent.venues.gmx_v2.reports import reported, trades
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import OrderInfo, OrderType

WEI = 18
_EXECUTED = (OrderType.MARKET_INCREASE, OrderType.MARKET_DECREASE)


async def rehearse(setup: Setup, draft: Draft, view: View, stage: Stage) -> View:
    own = view.own
    if not isinstance(own, Own) or own.carriage is None:
        raise TypeError(f"{setup.name}: nothing could have been composed from this view")
    for payload in draft.payloads:
        if isinstance(payload, EvmTx):
            await stage.play(payload, reverts.explain)
    said: list[str] = []
    [orders] = await drive([_orders(setup)], stage.fetch)
    for created in (each for each in orders if each.order_key not in dict(own.orders)):
        if created.order.order_type in _EXECUTED:
            logs = await keeper.execute(setup, own.carriage.handler, created.order_key, own.prices, stage)
            said += _told(setup, logs)
    [after] = await drive([observe(setup, own.prices)], stage.fetch)
    return replace(after, remarks=(*after.remarks, *said))


def _orders(setup: Setup) -> Reading[tuple[OrderInfo, ...]]:
    at = setup.contracts
    read = setup.layout.orders.at(setup.source, at.reader, at.data_store, setup.account, 0, MANY)
    return (yield (read,))[read]


def _told(setup: Setup, logs: tuple[Log, ...]) -> Iterator[str]:
    """What the keeper's transaction did, in a sentence each."""
    for cancelled in reported(setup, logs, OrderCancelled):
        yield f"a keeper would cancel the order: {reverts.cancellation(cancelled.reason, cancelled.reason_bytes)}"
    for trade in trades(setup, logs):
        price, impact = setup.price(trade.execution_price), _impact(setup, trade)
        yield f"a keeper would execute it at {price.raw:.2f}, impact {impact.raw:+.2f} USD"
    for refund in reported(setup, logs, ExecutionFeeRefund):
        back = Decimal(refund.refund_fee_amount).scaleb(-WEI)
        yield f"{back:.6f} of the execution fee would come back to {refund.receiver}"


def _impact(setup: Setup, trade: PositionIncrease | PositionDecrease) -> Usd:
    """Of an increase it waits until the position is reduced; of a decrease it is settled."""
    wire = trade.pending_price_impact_usd if isinstance(trade, PositionIncrease) else trade.total_impact_usd
    return setup.dollars_of(wire)
