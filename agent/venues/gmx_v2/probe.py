"""What became of one of our transactions: the slot first, then the order that it created.

Mined is not filled. An order is open until the exchange reports it executed, cancelled or frozen, and has it no more.
"""

from dataclasses import replace
from typing import Any

from agent.evm import hex_int, rpc
from agent.evm_slot import Log, Mined, Receipt, outcome, receipt_of, slot
from agent.model import Code, Intent, Outcome, Reason, Settlement, Stamp, State, value
from agent.reading import Read, Reading
from agent.units import Usd
from agent.venues.gmx_v2 import reverts
from agent.venues.gmx_v2.events import (
    ExecutionFeeRefund,
    OrderCancelled,
    OrderCreated,
    OrderExecuted,
    PositionFeesCollected,
    PositionIncrease,
    order_filter,
)
from agent.venues.gmx_v2.reports import reported, trades
from agent.venues.gmx_v2.setup import USD, Setup
from agent.venues.gmx_v2.structs import NOBODY, OrderType

WINDOW = 5_000
"""Blocks of one search for an order's end; public nodes answer no longer ranges."""
_TRADES = (OrderType.MARKET_INCREASE, OrderType.MARKET_DECREASE)


@value
class Found:
    """Where an order ended."""

    block: int
    ref: str


def probe(setup: Setup, intent: Intent) -> Reading[Outcome]:
    found = yield from slot(setup.source, intent)
    if isinstance(found, Mined) and found.receipt.ok and (created := _created(setup, found)):
        return (yield from _order(setup, found, created))
    return outcome(found, setup.confirmations, lambda mined: Settlement(gas_wei=mined.receipt.gas_wei))


def _created(setup: Setup, mined: Mined) -> OrderCreated | None:
    """A resting stop order has done its part when it is there."""
    created = reported(setup, mined.receipt.logs, OrderCreated)
    ours = (each for each in created if each.order.account == setup.account and each.order.order_type in _TRADES)
    return next(ours, None)


def _order(setup: Setup, mined: Mined, created: OrderCreated) -> Reading[Outcome]:
    at, key = setup.contracts, created.key
    current = setup.layout.order.at(setup.source, at.reader, at.data_store, key)
    working = Outcome(state=State.LANDED, stamp=mined.stamp, order_id="0x" + key.hex())
    if (yield (current,))[current].account != NOBODY:
        return working
    ended = yield from _end(setup, mined, key)
    if ended is None:
        return working
    receipt = receipt_of(setup.source, ended.ref)
    executed = (yield (receipt,))[receipt]
    if executed is None:
        return working
    final = (mined.stamp.block or 0) - ended.block >= setup.confirmations
    return _outcome(setup, mined, created, executed, final=final)


def _end(setup: Setup, mined: Mined, key: bytes) -> Reading[Found | None]:
    """The event that ended it, searched from its creation on."""
    start, top = mined.receipt.block, mined.stamp.block or 0
    while start <= top:
        logs = _logs(setup, key, start, min(top, start + WINDOW - 1))
        ends = (yield (logs,))[logs]
        if ends:
            return ends[-1]
        start += WINDOW
    return None


def _logs(setup: Setup, key: bytes, start: int, end: int) -> Read[list[Found]]:
    wanted = order_filter(setup.contracts.event_emitter, key, OrderExecuted.__name__, OrderCancelled.__name__)
    asked = {**wanted, "fromBlock": hex(start), "toBlock": hex(end)}

    def found(raw: list[dict[str, Any]]) -> list[Found]:
        return [Found(block=hex_int(each["blockNumber"]), ref=each["transactionHash"]) for each in raw]

    return rpc(setup.source, "eth_getLogs", asked, decode=found)


def _outcome(setup: Setup, mined: Mined, created: OrderCreated, ended: Receipt, *, final: bool) -> Outcome:
    cost = _cost(setup, mined, created, ended)
    for cancelled in reported(setup, ended.logs, OrderCancelled):
        if cancelled.key == created.key:
            return _cancelled(setup, mined.stamp, created, cancelled, cost, final=final)
    state = State.DONE if final else State.LANDED
    return Outcome(state=state, stamp=mined.stamp, settlement=_settlement(setup, created.key, ended.logs, cost))


def _cancelled(
    setup: Setup, stamp: Stamp, created: OrderCreated, cancelled: OrderCancelled, cost: Settlement, *, final: bool
) -> Outcome:
    """What comes next waits until no reorg can bring the order back: both could be executed then."""
    if not final:
        return Outcome(state=State.SIGNED, stamp=stamp)
    why = reverts.cancellation(cancelled.reason, cancelled.reason_bytes)
    code = Code.NOT_EXECUTABLE if why.retry is reverts.Retry.PERSON else Code.CANCELLED
    reason = Reason(code=code, subject=setup.name, value=f"order 0x{created.key.hex()}: {why}")
    return Outcome(state=State.REFUSED, stamp=stamp, settlement=cost, reason=reason)


def _cost(setup: Setup, mined: Mined, created: OrderCreated, ended: Receipt) -> Settlement:
    """Gas, and what the keeper kept of the execution fee. The rest goes to the account, whoever has paid it. Orders
    that end with the position are paid out after ours."""
    back = next((each.refund_fee_amount for each in reported(setup, ended.logs, ExecutionFeeRefund)), 0)
    kept = max(0, created.order.execution_fee - back)
    return Settlement(gas_wei=mined.receipt.gas_wei + kept, returned_wei=back if setup.delegated else 0)


def _settlement(setup: Setup, key: bytes, logs: tuple[Log, ...], cost: Settlement) -> Settlement:
    """A collateral move trades nothing; of another market only a venue of that market can tell the coins."""
    ours = (each for each in trades(setup, logs) if each.market == setup.market.token)
    trade = next((each for each in ours if each.order_key == key), None)
    if trade is None or not trade.size_delta_in_tokens:
        return cost
    size = setup.coins(trade.size_delta_in_tokens)
    adds = isinstance(trade, PositionIncrease) == trade.is_long
    return replace(
        cost,
        market=setup.name_of(trade.collateral_token, is_long=trade.is_long),
        filled=size if adds else -size,
        price=setup.price(trade.execution_price),
        fee=_fee(setup, key, logs),
    )


def _fee(setup: Setup, key: bytes, logs: tuple[Log, ...]) -> Usd:
    fees = reported(setup, logs, PositionFeesCollected)
    paid = sum(each.position_fee_amount * each.collateral_token_price_min for each in fees if each.order_key == key)
    return Usd.from_int(paid, USD)
