"""Every step that was recorded from the real contracts decodes to what was recorded beside it."""

from collections.abc import Iterator
from typing import Any

import pytest

from agent.evm import hex_bytes, hex_int
from agent.venues.gmx_v2 import events, reverts
from agent.venues.gmx_v2.events import OrderCancelled, OrderExecuted, OrderFrozen
from agent.venues.gmx_v2.keys import Keys
from agent.venues.gmx_v2.orders import read_call
from agent.venues.gmx_v2.structs import CreateOrderParams
from tests.unit.venues.gmx_v2 import transcript
from tests.unit.venues.gmx_v2.transcript import EMITTER, STEPS, as_log, function, logs_of, plain

Step = dict[str, Any]
OUTCOMES: dict[str, type[OrderExecuted | OrderCancelled | OrderFrozen]] = {
    kind.__name__: kind for kind in (OrderExecuted, OrderCancelled, OrderFrozen)
}


def of_kind(kind: str) -> pytest.MarkDecorator:
    steps = [step for step in STEPS if step["kind"] == kind]
    return pytest.mark.parametrize("step", steps, ids=[step["id"] for step in steps])


def test_transcript__all_its_steps__are_of_a_kind_that_is_tested_here() -> None:
    kinds = [step["kind"] for step in STEPS]
    assert (len(kinds), set(kinds)) == (279, {"call", "calls", "tx", "rpc", "env"})


@of_kind("call")
def test_call__its_bytes__are_the_recorded_values(step: Step) -> None:
    args = transcript.plain_args(step["fn"], hex_bytes(step["request"]["data"]))
    assert args == step.get("args", args)
    if "error" in step:
        assert transcript.plain_revert(hex_bytes(step["error"]["data"] or "0x")) == step["decoded_error"]
    else:
        assert plain(function(step["fn"]).outputs_of(hex_bytes(step["result"]))) == step["decoded"]


@of_kind("call")
def test_call__encoded_again__is_the_recorded_call(step: Step) -> None:
    called = function(step["fn"])
    data = hex_bytes(step["request"]["data"])
    assert called.data(*called.args(data).values()) == data


@of_kind("calls")
def test_calls__every_read__has_the_recorded_value_and_key(step: Step) -> None:
    for read in step["reads"]:
        contract = read["fn"].replace("USDC", "ERC20").replace("WETH", "ERC20")
        called = function(contract)
        assert called.args(hex_bytes(read["request"]["data"]))
        assert plain(called.value_of(hex_bytes(read["result"]))) == read["decoded"]
        if "key" in read:
            key = getattr(Keys, read["name"])(*_preimage(read["preimage"]))
            assert f"0x{key.hex()}" == read["key"]


def _preimage(preimage: dict[str, Any]) -> Iterator[object]:
    for kind, arg in zip(preimage["types"][1:], preimage["args"], strict=True):
        yield int(arg) if kind.startswith("uint") else hex_bytes(arg) if kind.startswith("bytes") else arg


@of_kind("tx")
def test_transaction__its_call__is_the_recorded_one(step: Step) -> None:
    data = hex_bytes(step["tx"]["input"])
    assert transcript.plain_args(step["fn"], data) == step["args"]


@of_kind("tx")
def test_transaction__its_logs__are_the_recorded_events(step: Step) -> None:
    raw = step["receipt"]["logs"]
    ours = [log for log in raw if "event" in log]
    found = events.events(logs_of(step), EMITTER)
    assert [transcript.plain_event(log, event) for log, event in zip(ours, found, strict=True)] == [
        log["event"] for log in ours
    ]
    for log, event in zip(ours, found, strict=True):
        assert plain(event.topics) == log["topics"][2:]


@of_kind("tx")
def test_transaction__its_outcomes__are_found_by_key_with_their_reason(step: Step) -> None:
    for outcome in step.get("outcome", []):
        found = events.find(logs_of(step), EMITTER, OUTCOMES[outcome["event"]])
        [ended] = [each for each in found if f"0x{each.key.hex()}" == outcome["key"]]
        if isinstance(ended, OrderCancelled | OrderFrozen):
            assert ended.reason == outcome["reason"]
            said = reverts.cancellation(ended.reason, ended.reason_bytes)
            expected = outcome.get("reasonError", {"name": ended.reason})
            assert said.name == expected["name"]
            assert transcript.plain_revert(ended.reason_bytes) == outcome.get(
                "reasonError", transcript.plain_revert(b"")
            )


@of_kind("rpc")
def test_rpc__what_it_carries_of_the_exchange__decodes(step: Step) -> None:
    if step["method"] == "eth_getLogs":
        [executed] = events.find(map(as_log, step["result"]), EMITTER, OrderExecuted)
        asked = step["params"][0]
        names = ("OrderExecuted", "OrderCancelled", "OrderFrozen")
        expected = {"address": EMITTER, "topics": asked["topics"]}
        assert events.order_filter(EMITTER, executed.key, *names) == expected
    else:
        assert hex_int(step["result"]) > 0
    if step["method"] == "eth_estimateGas":
        data = hex_bytes(step["params"][0]["data"])
        called = [call.method for call in read_call(transcript.CONTRACTS["ExchangeRouter"], data).calls]
        assert called == ["sendWnt", "sendTokens", "createOrder"]


@of_kind("env")
def test_env__nothing_was_said__nothing_to_decode(step: Step) -> None:
    assert not {"request", "result", "tx", "reads"} & set(step)


def created() -> list[tuple[str, bytes]]:
    """Every createOrder that was recorded, with its router."""
    found: list[tuple[str, bytes]] = []
    for step in STEPS:
        raw = step["tx"]["input"] if "tx" in step else step.get("request", {}).get("data", "0x")
        if str(step.get("fn")).endswith("Router.multicall"):
            calls = function(step["fn"]).args(hex_bytes(raw))["data"]
            router = step["fn"].split(".")[0]
            create = function(f"{router}.createOrder").selector
            found += [(router, call) for call in calls if call[:4] == create]
    return found


def test_create_order__every_recorded_one__is_the_same_bytes_from_its_value() -> None:
    every = created()
    assert len(every) == 64
    for router, data in every:
        call = read_call(transcript.CONTRACTS[router], data)
        order = call.order()
        assert isinstance(order, CreateOrderParams)
        before = [call.args["account"]] if router == "SubaccountRouter" else []
        assert function(f"{router}.createOrder").data(*before, order) == data
