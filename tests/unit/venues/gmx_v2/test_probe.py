"""What became of an order: the transaction that created it, and the keeper's that ended it, as recorded."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.errors import Unreadable
from agent.model import Address, Code, EvmTx, Intent, Outcome, Settlement, Signed, State
from agent.reading import drive
from agent.units import Base, Price, Usd
from agent.venues.gmx_v2.methods import Router
from agent.venues.gmx_v2.reverts import TABLE
from tests.unit.venues.gmx_v2.exchange import Exchange
from tests.unit.venues.gmx_v2.figures import (
    ACCOUNT,
    AT,
    CHAIN,
    ETH,
    GMX,
    HOT,
    MARKET,
    OTHER_MARKET,
    SHORTS_ON_COINS,
    Scene,
    open_orders,
)
from tests.unit.venues.gmx_v2.scene import gmx_v2
from tests.unit.venues.gmx_v2.transcript import STEP

REF, ENDED, DEAD = "0x" + "01" * 32, "0x" + "02" * 32, "0x" + "0d" * 32
BLOCK_HASH = "0x" + "bb" * 32
MADE_AT, ENDED_AT = 90, 95
Answer = object


def receipt(step: str, ref: str, block: int, *, ok: bool = True) -> dict[str, Any]:
    """As a node answers it."""
    known = STEP[step]["receipt"]
    return {
        "transactionHash": ref,
        "blockNumber": hex(block),
        "blockHash": BLOCK_HASH,
        "status": hex(ok),
        "gasUsed": hex(int(known["gasUsed"])),
        "effectiveGasPrice": hex(int(known["effectiveGasPrice"])),
        "logs": [{part: log[part] for part in ("address", "topics", "data")} for log in known["logs"]] if ok else [],
    }


def found_in(block: int) -> Callable[[list[Any]], list[dict[str, str]]]:
    """eth_getLogs of a node that answers no more than 5,000 blocks."""

    def logs(params: list[Any]) -> list[dict[str, str]]:
        start, end = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
        assert 0 <= end - start < 5_000
        return [{"blockNumber": hex(block), "transactionHash": ENDED}] if start <= block <= end else []

    return logs


def answers(create: str, end: str | None, ended_at: int = ENDED_AT, **given: Answer) -> dict[str, Any]:
    """Of a node: the order was created by a recorded transaction, and ended by another or not at all."""
    receipts = {REF: receipt(create, REF, MADE_AT), ENDED: receipt(end, ENDED, ended_at) if end else None}
    known: dict[str, Any] = {
        "eth_getTransactionCount": "0x1",
        "eth_getTransactionReceipt": lambda params: receipts[params[0]],
        "eth_getBlockByNumber": {"hash": BLOCK_HASH},
        "eth_getLogs": found_in(ended_at) if end else [],
    }
    return known | given


def probed(
    rpc: dict[str, Any],
    orders: str | None = None,
    block: int = 100,
    market: Address = MARKET,
    operator: Address = HOT,
) -> Outcome:
    waiting = open_orders(orders) if orders else ()
    scene = Scene(infos=(), rpc=rpc, orders=waiting, block=block, market=market, operator=operator)
    venue = gmx_v2(scene)
    tx = EvmTx(
        lane=venue.lane,
        nonce=0,
        expires_ms=2**50,
        to=AT["SubaccountRouter"],
        data=Router.MULTICALL.selector,
        value=1,
        gas=1,
        max_fee=1,
        tip=0,
    )
    intent = Intent(id=1, ceiling=1, attempts=(Signed(venue=GMX, payload=tx, raw=b"", ref=REF),))
    [outcome] = asyncio.run(drive([venue.probe(intent)], Exchange(scene)))
    return outcome


def cost_of(create: str, end: str) -> Settlement:
    """Gas of the creation and the keeper's pay; what is left of the execution fee is the account's."""
    known = STEP[create]["receipt"]
    paid = [log["event"]["items"] for log in STEP[end]["receipt"]["logs"] if "event" in log]
    keeper = next(items["executionFeeAmount"] for items in paid if "executionFeeAmount" in items)
    back = next(items["refundFeeAmount"] for items in paid if "refundFeeAmount" in items)
    return Settlement(
        gas_wei=int(known["gasUsed"]) * int(known["effectiveGasPrice"]) + int(keeper), returned_wei=int(back)
    )


KEY = STEP["open.create"]["orderKey"]


def test_order__not_sent_yet__is_signed() -> None:
    rpc = answers("open.create", None, eth_getTransactionCount="0x0", eth_getTransactionReceipt=None)
    assert probed(rpc).state is State.SIGNED


def test_order__waiting_for_a_keeper__works_under_its_key() -> None:
    outcome = probed(answers("open.create", None), orders="open.orders")
    assert (outcome.state, outcome.order_id, outcome.settlement) == (State.LANDED, KEY, None)


def test_order__executed_and_deep__is_done_with_what_it_did() -> None:
    outcome = probed(answers("open.create", "open.execute"))
    assert (outcome.state, outcome.order_id) == (State.DONE, None)
    assert outcome.settlement == replace(
        cost_of("open.create", "open.execute"),
        market=ETH,
        filled=Base(-5),
        price=Price("3000.00000009"),
        fee=Usd(6),
    )


def test_execution_fee__what_is_left_of_it__goes_to_the_account_and_is_nothing_returned_to_its_own_hand() -> None:
    delegated, alone = (
        probed(answers("open.create", "open.execute"), operator=operator).settlement for operator in (HOT, ACCOUNT)
    )
    assert delegated is not None
    assert delegated.returned_wei > 0
    assert alone == replace(delegated, returned_wei=0)


@pytest.mark.parametrize(("at", "state"), [(98, State.DONE), (99, State.LANDED), (100, State.LANDED)])
def test_order__executed__is_done_from_two_blocks_deep_on(at: int, state: State) -> None:
    outcome = probed(answers("open.create", "open.execute", at))
    assert (outcome.state, outcome.order_id) == (state, None)
    assert outcome.settlement is not None
    assert outcome.settlement.filled == Base(-5)


@pytest.mark.parametrize(
    ("name", "market"), [("decrease", ETH), ("close", ETH), ("dust", SHORTS_ON_COINS)], ids=["part", "all", "dust"]
)
def test_order__that_reduces__buys_back(name: str, market: str) -> None:
    """The dust order left half a dollar, and the exchange closed all; the close ended a stop order beside it."""
    create, end = f"{name}.create", f"{name}.execute"
    settled = probed(answers(create, end)).settlement
    assert settled is not None
    traded = [log["event"]["items"] for log in STEP[end]["receipt"]["logs"] if "sizeDeltaInTokens" in str(log)]
    assert settled.market == market
    assert settled.filled == Base.from_int(int(traded[-1]["sizeDeltaInTokens"]), 18)
    assert (settled.gas_wei, settled.returned_wei) == (
        cost_of(create, end).gas_wei,
        cost_of(create, end).returned_wei,
    )
    assert settled.fee > Usd(0)


@pytest.mark.parametrize("name", ["topup", "withdraw"])
def test_order__that_moves_collateral__fills_nothing(name: str) -> None:
    outcome = probed(answers(f"{name}.create", f"{name}.execute"))
    assert outcome.state is State.DONE
    assert outcome.settlement == cost_of(f"{name}.create", f"{name}.execute")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("unfillable", "the price with its impact was worse than the order accepts"),
        ("withdrawTooMuch", "what would be left as collateral does not carry"),
        ("oversize", "the order reduces by more than the position has"),
        ("wrongSide", "the price with its impact was worse than the order accepts"),
        ("noPosition", "there is no such position"),
    ],
)
def test_order__cancelled__is_refused_with_its_reason_and_its_cost(name: str, why: str) -> None:
    outcome = probed(answers(f"{name}.create", f"{name}.execute"))
    assert outcome.state is State.REFUSED
    assert outcome.reason is not None
    assert outcome.reason.code is Code.CANCELLED
    assert why in outcome.reason.value
    assert STEP[f"{name}.create"]["orderKey"] in outcome.reason.value
    assert outcome.settlement == cost_of(f"{name}.create", f"{name}.execute")


def test_order__cancelled_by_hand_after_its_time__may_be_tried_again() -> None:
    outcome = probed(answers("expiry.create", "expiry.cancel"))
    assert outcome.reason is not None
    assert outcome.reason.code is Code.CANCELLED
    assert "the account or its operator cancelled the order" in outcome.reason.value


def test_order__cancelled_for_what_only_a_person_can_change__asks_for_one() -> None:
    ended = receipt("unfillable.execute", ENDED, ENDED_AT)
    names = {entry.name: entry.selector.hex() for entry in TABLE.values()}
    was, other = names["OrderNotFulfillableAtAcceptablePrice"], names["InvalidExternalReceiversInput"]
    for log in ended["logs"]:
        log["data"] = log["data"].replace(was, other)
    receipts = {REF: receipt("unfillable.create", REF, MADE_AT), ENDED: ended}
    rpc = answers("unfillable.create", "unfillable.execute")
    outcome = probed(rpc | {"eth_getTransactionReceipt": lambda params: receipts[params[0]]})
    assert outcome.reason is not None
    assert (outcome.state, outcome.reason.code) == (State.REFUSED, Code.NOT_EXECUTABLE)


@pytest.mark.parametrize("at", [99, 100])
def test_order__cancelled_but_not_deep__nothing_else_may_go_yet(at: int) -> None:
    """Were it SIGNED no longer, the next order could be created, and a reorg bring this one back beside it."""
    outcome = probed(answers("unfillable.create", "unfillable.execute", at))
    assert (outcome.state, outcome.settlement, outcome.reason) == (State.SIGNED, None, None)


def test_order__gone_and_its_end_not_indexed_yet__still_works() -> None:
    gone = answers("open.create", None)
    assert (probed(gone).state, probed(gone).order_id) == (State.LANDED, KEY)
    unmined = answers("open.create", "open.execute")
    receipts = {REF: receipt("open.create", REF, MADE_AT), ENDED: None}
    outcome = probed(unmined | {"eth_getTransactionReceipt": lambda params: receipts[params[0]]})
    assert (outcome.state, outcome.order_id) == (State.LANDED, KEY)


@pytest.mark.parametrize("at", [MADE_AT, 5_089, 5_090, 12_345, 17_000])
def test_order__long_ago__is_searched_in_windows_that_nodes_answer(at: int) -> None:
    outcome = probed(answers("open.create", "open.execute", at), block=17_002)
    assert outcome.state is State.DONE


@pytest.mark.parametrize("name", ["sl", "limit"])
def test_resting_order__once_it_is_there__has_done_its_part(name: str) -> None:
    outcome = probed(answers(f"{name}.create", None), orders="sl.orders")
    assert (outcome.state, outcome.order_id) == (State.DONE, None)
    known = STEP[f"{name}.create"]["receipt"]
    assert outcome.settlement == Settlement(gas_wei=int(known["gasUsed"]) * int(known["effectiveGasPrice"]))


def test_transaction__that_cancels_an_order__is_done_by_itself() -> None:
    assert probed(answers("expiry.cancel", None)).state is State.DONE


def test_transaction__mined_and_reverted__is_refused() -> None:
    reverted = receipt("open.create", REF, MADE_AT, ok=False)
    outcome = probed(answers("open.create", None) | {"eth_getTransactionReceipt": reverted})
    assert outcome.reason is not None
    assert (outcome.state, outcome.reason.code) == (State.REFUSED, Code.REVERTED)


def test_order__of_another_account__is_not_ours() -> None:
    """As when anybody's order is created in a transaction of ours."""
    assert probed(answers("sub.create", None)).order_id is None


def test_order__the_same_event_from_elsewhere__is_nobodys_word() -> None:
    made = receipt("open.create", REF, MADE_AT)
    for log in made["logs"]:
        log["address"] = Address("0x" + "07" * 20)
    outcome = probed(answers("open.create", None) | {"eth_getTransactionReceipt": made})
    assert (outcome.state, outcome.order_id) == (State.DONE, None)


def test_order__in_a_market_of_a_lane_mate__is_ended_without_its_coins() -> None:
    """Its own venue was taken out of the configuration: how many decimals its coin has is not known any more."""
    outcome = probed(answers("open.create", "open.execute"), market=OTHER_MARKET)
    assert (outcome.state, outcome.settlement) == (State.DONE, cost_of("open.create", "open.execute"))


@pytest.mark.parametrize("broken", ["", "00", "ff" * 64])
@pytest.mark.parametrize("ref", [REF, ENDED])
def test_order__an_event_that_makes_no_sense__is_unreadable(broken: str, ref: str) -> None:
    receipts = {REF: receipt("open.create", REF, MADE_AT), ENDED: receipt("open.execute", ENDED, ENDED_AT)}
    for log in receipts[ref]["logs"]:
        log["data"] = "0x" + broken
    rpc = answers("open.create", "open.execute")
    with pytest.raises(Unreadable, match=f"{CHAIN}: an event .* of {AT['EventEmitter']} cannot be read"):
        probed(rpc | {"eth_getTransactionReceipt": lambda params: receipts[params[0]]})


@pytest.mark.parametrize("logs", [{}, [{}], [{"blockNumber": "0x5f"}], [7], "no", [{"blockNumber": None}]])
def test_order__a_search_that_answers_nonsense__is_unreadable(logs: object) -> None:
    with pytest.raises(Unreadable, match=f"{CHAIN}: cannot decode the answer"):
        probed(answers("open.create", "open.execute") | {"eth_getLogs": lambda _: logs or [7]})
