"""Answers of each release: lists of any length, and what becomes of them in another release's layout."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from agent.errors import ConfigError, Mismatch
from agent.evm import hex_bytes
from agent.model import Address, Name
from agent.venues.gmx_v2.abi import View, encode
from agent.venues.gmx_v2.layouts import LAYOUTS, Layout, fitting, layout_of
from agent.venues.gmx_v2.structs import NOBODY
from agent.venues.gmx_v2.versions import VERSIONS, Version
from tests.unit.venues.gmx_v2.samples import agrees, answer
from tests.unit.venues.gmx_v2.transcript import LIVE, STEP, function, plain

CHAIN, READER = Name("arbitrum"), Address("0x" + "11" * 20)
V2_2, V2_2C, LATEST = LAYOUTS["2.2"], LAYOUTS["2.2c"], LAYOUTS["live"]
PAIRS = [(layout, view) for layout in LAYOUTS.values() for view in layout.views()]
LISTS = [(layout, view) for layout, view in PAIRS if view.gives[0].type.endswith("[]")]


def ids(pairs: Sequence[tuple[Layout, View[Any]]]) -> list[str]:
    return [f"{layout.version}-{view.name}" for layout, view in pairs]


def decoded(view: View[Any], raw: bytes) -> Any:
    """Through a read, as the chain answers it."""
    return view.at(CHAIN, READER, *_some_args(view)).decode(json.dumps(f"0x{raw.hex()}").encode())


def _some_args(view: View[Any]) -> list[Any]:
    zeros = {"address": NOBODY, "uint256": 0, "bytes32": bytes(32), "bool": False}
    price = ((1, 1), (1, 1), (1, 1))
    return [[] if param.type.endswith("[]") else zeros.get(param.type, price) for param in view.takes]


@pytest.mark.parametrize("items", [0, 1, 2, 3])
@pytest.mark.parametrize(("layout", "view"), LISTS, ids=ids(LISTS))
def test_list__of_any_length__every_field_in_its_place(layout: Layout, view: View[Any], items: int) -> None:
    raw, wires = answer(view, items)
    values = decoded(view, raw)
    assert len(values) == items
    assert agrees(values, wires)


@pytest.mark.parametrize(("layout", "view"), PAIRS, ids=ids(PAIRS))
@pytest.mark.parametrize("items", [1, 2, 3])
@pytest.mark.parametrize("other", LAYOUTS)
def test_answer__read_in_another_layout__is_found_out_whatever_the_number(
    layout: Layout, view: View[Any], items: int, other: Version
) -> None:
    raw, wires = answer(view, items)
    [stale] = [each for each in LAYOUTS[other].views() if each.name == view.name]
    if stale.outputs == view.outputs:
        values = decoded(stale, raw)
        assert agrees(values if isinstance(values, tuple) else (values,), wires)
    else:
        with pytest.raises(Mismatch, match=f"{view.name} at {READER} answers in the layout .*{layout.version}"):
            decoded(stale, raw)


def test_three_positions__the_third_encoded_from_the_recorded_second__are_read_apart() -> None:
    raw = hex_bytes(STEP["two.infoList"]["result"])
    view = V2_2.position_infos
    first, second = view.value_of(raw)
    wires = [dict(each) for each in view.outputs_of(raw)["0"]]
    third = {**wires[1], "basePnlUsd": -7, "position": {**wires[1]["position"], "flags": {"isLong": True}}}
    again = _encoded(view, [*wires, third])
    values = decoded(view, again)
    assert values[:2] == (first, second)
    assert (values[2].base_pnl_usd, values[2].position.is_long) == (-7, True)
    assert values[2].position.size_in_tokens == second.position.size_in_tokens
    with pytest.raises(Mismatch):
        decoded(LATEST.position_infos, again)


def _encoded(view: View[Any], wires: list[Any]) -> bytes:
    return encode(view.gives, (wires,))


@pytest.mark.parametrize("name", ["2.1", "2.3", "LIVE", ""])
def test_layout_of__a_release_that_is_not_known__says_which_are_and_how_to_pin(name: str) -> None:
    with pytest.raises(ConfigError, match=rf'version = "{name}".* known are 2.2, 2.2c, live. Pin one .* reader'):
        layout_of(name)


def test_layouts__every_version__has_its_row() -> None:
    assert tuple(LAYOUTS) == VERSIONS
    assert {layout_of(version).version for version in LAYOUTS} == set(LAYOUTS)


LIVE_CASES = LIVE["cases"]


@pytest.mark.parametrize("case", LIVE_CASES, ids=[case["from"] for case in LIVE_CASES])
def test_live_layout__every_synthetic_case__has_the_values_beside_it(case: dict[str, Any]) -> None:
    view = function(case["fn"], "live")
    assert isinstance(view, View)
    raw = hex_bytes(case["result"])
    assert plain(view.outputs_of(raw)) == case["decoded"]
    assert decoded(view, raw) == view.value_of(raw)


@pytest.mark.parametrize("case", LIVE_CASES, ids=[case["from"] for case in LIVE_CASES])
def test_live_layout__in_the_layout_2_2__is_found_out_unless_the_list_is_empty(case: dict[str, Any]) -> None:
    view = function(case["fn"], "2.2")
    assert isinstance(view, View)
    raw = hex_bytes(case["result"])
    if case["items"]:
        with pytest.raises(Mismatch, match=r"answers in the layout .*live, not 2\.2"):
            decoded(view, raw)
    else:
        assert decoded(view, raw) == ()


def test_order_that_never_existed__on_an_empty_account__tells_the_live_layout_from_the_others() -> None:
    recorded = STEP["empty.getOrder"]
    old = hex_bytes(recorded["result"])
    [case] = [case for case in LIVE_CASES if case["from"] == "empty.getOrder"]
    assert fitting(V2_2.order, old) == ("2.2", "2.2c")
    assert fitting(V2_2.order, hex_bytes(case["result"])) == ("live",)
    assert V2_2.order.value_of(old).account == NOBODY


def test_position__of_anybody__tells_2_2_from_the_later_ones() -> None:
    raw = hex_bytes(STEP["one.positionInfo"]["result"])
    assert fitting(V2_2.position_info, raw) == ("2.2",)
    raw, _ = answer(V2_2C.position_info, 1)
    assert fitting(V2_2.position_info, raw) == ("2.2c", "live")


def test_answer__of_no_known_layout__is_unreadable_and_not_a_wrong_pin() -> None:
    with pytest.raises(ValueError, match="read as layout live; no known layout fits"):
        decoded(LATEST.order, bytes(31))


def test_answer__empty__is_no_contract_rather_than_another_layout() -> None:
    with pytest.raises(Mismatch, match="answered nothing"):
        decoded(LATEST.orders, b"")


def test_recorded_short__as_a_value__has_the_figures_of_the_recording() -> None:
    [info] = V2_2.position_infos.value_of(hex_bytes(STEP["one.infoList"]["result"]))
    position = info.position
    assert (position.size_in_tokens, position.size_in_usd) == (5 * 10**18, 15_000 * 10**30)
    assert (position.is_long, position.pending_impact_amount) == (False, 150_000_000)
    assert (info.fees.collateral_token_price.min, info.position_value_in_usd) == (10**24, None)
    assert info.fees.total_cost_amount >= info.fees.position_fee_amount > 0
    [live] = [case for case in LIVE_CASES if case["from"] == "one.infoList"]
    [later] = LATEST.position_infos.value_of(hex_bytes(live["result"]))
    assert later.position == position
    assert str(later.position_value_in_usd) == live["decoded"]["0"][0]["positionValueInUsd"]
