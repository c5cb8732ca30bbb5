"""What the exchange's contracts report: every event goes through one emitter, as a name and named items. Pure.

EventEmitter.sol: EventLog(sender, name, hash of the name, items); EventLog1 has one more topic, EventLog2 two.
An order's events have its key as first topic; the position's have the account, those about fees the market.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from eth_utils.crypto import keccak

from agent.evm import topic
from agent.evm_slot import Log
from agent.model import Address, value
from agent.venues.gmx_v2.abi import Named, decode, fill, params
from agent.venues.gmx_v2.structs import OrderProps

T = TypeVar("T")

_GROUPS = ("address", "uint256", "int256", "bool", "bytes32", "bytes", "string")
_BODY = params(
    "address msgSender, string eventName, ("
    + ", ".join(
        f"((string key, {kind} value)[] items, (string key, {kind}[] value)[] arrayItems) {kind}Items"
        for kind in _GROUPS
    )
    + ") eventData"
)
_DATA = _BODY[2].type


def _topic0(kind: str, more: str) -> bytes:
    return topic(f"{kind}(address,string,string,{more}{_DATA})")


EVENT_LOG = _topic0("EventLog", "")
EVENT_LOG_1 = _topic0("EventLog1", "bytes32,")
EVENT_LOG_2 = _topic0("EventLog2", "bytes32,bytes32,")


@value
class Event:
    """`topics` are those after the name: none, one or two words."""

    name: str
    topics: tuple[bytes, ...]
    sender: Address
    items: Named


def name_hash(name: str) -> bytes:
    """The topic that an event is found by."""
    return bytes(keccak(text=name))


def events(logs: Iterable[Log], emitter: Address, *names: str) -> tuple[Event, ...]:
    """Of that emitter alone: anybody can log the same bytes from elsewhere. Without names, all of them."""
    wanted = {name_hash(name) for name in names}
    return tuple(
        read_event(log)
        for log in logs
        if log.address == emitter and is_event(log) and (not names or log.topics[1] in wanted)
    )


def is_event(log: Log) -> bool:
    more = {EVENT_LOG: 0, EVENT_LOG_1: 1, EVENT_LOG_2: 2}.get(log.topics[0]) if log.topics else None
    return more is not None and len(log.topics) == 2 + more


def read_event(log: Log) -> Event:
    """ValueError when the data is not in its one spelling, or names itself otherwise than its topic."""
    sender, name, groups = decode(_BODY, log.data).values()
    if log.topics[1] != name_hash(name):
        raise ValueError(f"an event calls itself {name!r} under another event's topic")
    items: Named = {}
    for key, item in _items(groups):
        if key in items:
            raise ValueError(f"{name}: {key} stands there twice")
        items[key] = item
    return Event(name=name, topics=log.topics[2:], sender=sender, items=items)


def _items(groups: Named) -> Iterator[tuple[str, object]]:
    for group in groups.values():
        for pair in (*group["items"], *group["arrayItems"]):
            yield pair["key"], pair["value"]


@value
class OrderCreated:
    key: bytes
    order: OrderProps


@value
class OrderUpdated:
    key: bytes
    account: Address
    size_delta_usd: int
    acceptable_price: int
    trigger_price: int
    min_output_amount: int
    updated_at_time: int
    valid_from_time: int
    auto_cancel: bool


@value
class OrderExecuted:
    key: bytes
    account: Address
    secondary_order_type: int
    """1 where it was the exchange that deleveraged."""


@value
class OrderCancelled:
    """What went wrong is in `reason_bytes`, for reverts.py; `reason` says who cancelled where nothing went wrong."""

    key: bytes
    account: Address
    reason: str
    reason_bytes: bytes


@value
class OrderFrozen:
    """The order stays and has lost its execution fee: update it with a new one, or cancel it."""

    key: bytes
    account: Address
    reason: str
    reason_bytes: bytes


@value
class OrderSizeDeltaAutoUpdated:
    """What would have been left was too small: the whole position is closed."""

    key: bytes
    size_delta_usd: int
    next_size_delta_usd: int


@value
class PositionIncrease:
    """The position as it is after the trade, and what changed."""

    account: Address
    market: Address
    collateral_token: Address
    is_long: bool
    size_in_usd: int
    size_in_tokens: int
    collateral_amount: int
    execution_price: int
    size_delta_usd: int
    size_delta_in_tokens: int
    collateral_delta_amount: int
    pending_price_impact_usd: int
    pending_price_impact_amount: int
    order_type: int
    order_key: bytes
    position_key: bytes


@value
class PositionDecrease:
    """The position as it is after the trade, and what changed."""

    account: Address
    market: Address
    collateral_token: Address
    is_long: bool
    size_in_usd: int
    size_in_tokens: int
    collateral_amount: int
    execution_price: int
    size_delta_usd: int
    size_delta_in_tokens: int
    collateral_delta_amount: int
    price_impact_usd: int
    proportional_pending_impact_usd: int
    total_impact_usd: int
    values_price_impact_diff_usd: int
    base_pnl_usd: int
    uncapped_base_pnl_usd: int
    order_type: int
    order_key: bytes
    position_key: bytes


@value
class PositionFeesCollected:
    """In collateral tokens; claimable amounts in the market's long and short token."""

    market: Address
    collateral_token: Address
    trader: Address
    is_increase: bool
    trade_size_usd: int
    collateral_token_price_min: int
    collateral_token_price_max: int
    funding_fee_amount: int
    borrowing_fee_amount: int
    position_fee_amount: int
    ui_fee_amount: int
    total_cost_amount: int
    claimable_long_token_amount: int
    claimable_short_token_amount: int
    order_key: bytes
    position_key: bytes


@value
class ExecutionFeeRefund:
    """Comes as the chain's own coin, in wei."""

    receiver: Address
    refund_fee_amount: int


@value
class KeeperExecutionFee:
    keeper: Address
    execution_fee_amount: int


@value
class ClaimableFundingUpdated:
    """`next_value` is what the account can claim of that token in that market from now on."""

    market: Address
    token: Address
    account: Address
    delta: int
    next_value: int


@value
class FundingFeesClaimed:
    market: Address
    token: Address
    account: Address
    receiver: Address
    amount: int


@value
class InsolventClose:
    """A liquidation that the collateral did not pay for."""

    order_key: bytes
    position_collateral_amount: int
    remaining_cost_usd: int
    base_pnl_usd: int
    step: str


def find(logs: Iterable[Log], emitter: Address, kind: type[T]) -> tuple[T, ...]:
    """All events of that kind, in their order: `find(receipt.logs, emitter, OrderExecuted)`."""
    return tuple(as_value(event, kind) for event in events(logs, emitter, kind.__name__))


def as_value(event: Event, kind: type[T]) -> T:
    if event.name != kind.__name__:
        raise ValueError(f"{event.name} is not {kind.__name__}")
    return fill(kind, _order_by_key(event.items) if kind is OrderCreated else event.items)


def _order_by_key(items: Named) -> Named:
    """A new order is never frozen, and its event does not say so."""
    order = {name: each for name, each in items.items() if name != "key"}
    return {"key": items["key"], "order": order | {"isFrozen": False}}


def order_filter(emitter: Address, key: bytes, *names: str) -> dict[str, object]:
    """The part of an eth_getLogs filter that finds these events of one order."""
    words: list[Sequence[str] | str] = [_word(EVENT_LOG_2), [_word(name_hash(name)) for name in names], _word(key)]
    return {"address": emitter, "topics": words}


def _word(word: bytes) -> str:
    return f"0x{word.hex()}"
