"""What doctor asks and says about an order that it only tries: the call, and the verdicts."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from agent.errors import Unreadable
from agent.evm import MAX_UINT256, hex_bytes
from agent.model import Address, Name
from agent.reading import drive
from agent.venues.gmx_v2 import simulation
from agent.venues.gmx_v2.layouts import LAYOUTS
from agent.venues.gmx_v2.methods import ExchangeRouter, SimulationRouter
from agent.venues.gmx_v2.orders import Call, read_call
from agent.venues.gmx_v2.structs import OrderType
from agent.venues.gmx_v2.venue import GmxV2
from tests.unit.venues.gmx_v2.exchange import Exchange
from tests.unit.venues.gmx_v2.figures import ACCOUNT, AT, USDC, USDC_UNIT, WETH, Scene
from tests.unit.venues.gmx_v2.scene import gmx_v2
from tests.unit.venues.gmx_v2.test_reverts import revert

TRIES = Address("0x7100000000000000000000000000000000000071")
END = revert("EndOfOracleSimulation")
FULL = revert("InsufficientReserve", 7, 5)
FLAT = Scene(infos=())
LATER = replace(FLAT, version="2.2c")


class DryRuns:
    """The recorded exchange; what is called as somebody is written down and answered with one error, or a result."""

    def __init__(self, scene: Scene, answer: bytes | Unreadable) -> None:
        self._exchange, self._answer, self.tried = Exchange(scene), answer, list[dict[str, str]]()

    async def __call__(self, source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        return tuple([await self._one(source, request) for request in requests])

    async def _one(self, source: Name, request: bytes) -> bytes | Unreadable:
        method, params = json.loads(request)
        if method == "eth_call" and "from" in params[0]:
            self.tried.append(params[0])
            return self._answer
        [answer] = await self._exchange(source, (request,))
        return answer


def reverted(data: bytes) -> Unreadable:
    error = Unreadable("node.example: execution reverted")
    error.revert = data
    return error


def pinned(venue: GmxV2, router: Address | None) -> GmxV2:
    contracts = venue.contracts.model_copy(update={"simulation_router": router})
    return replace(venue, settings=venue.settings.model_copy(update={"contracts": contracts}))


def tried(scene: Scene, router: Address | None = None) -> tuple[dict[str, str], Call]:
    """The one call, and what it carries."""
    runs = DryRuns(scene, reverted(END))
    asyncio.run(drive([simulation.examine(pinned(gmx_v2(scene), router))], runs))
    [call] = runs.tried
    return call, read_call(ExchangeRouter, hex_bytes(call["data"]))


def said(scene: Scene, answer: bytes | Unreadable) -> tuple[str, str]:
    [[finding]] = asyncio.run(drive([simulation.examine(gmx_v2(scene))], DryRuns(scene, answer)))
    assert finding.subject == "venue gmx"
    return finding.level, finding.says


def test_a_trial__is_called_as_the_account_itself_and_moves_no_coins() -> None:
    call, _ = tried(Scene())
    assert call.keys() == {"from", "to", "data"}
    assert (call["from"], call["to"]) == (ACCOUNT, AT["ExchangeRouter"])


def test_a_close__that_is_tried__is_the_whole_position_at_any_price_and_pays_no_fee() -> None:
    created, simulated = tried(Scene())[1].calls
    order, held = created.order(), Scene().held[0]["position"]["numbers"]
    assert (order.order_type, order.is_long) == (OrderType.MARKET_DECREASE, False)
    assert (order.size_delta_usd, order.initial_collateral_delta_amount) == (held["sizeInUsd"], 0)
    assert (order.acceptable_price, order.execution_fee, order.receiver) == (MAX_UINT256, 0, ACCOUNT)
    assert simulated.method == "simulateExecuteLatestOrder"


def test_a_trial__is_executed_at_the_prices_of_the_look_and_within_the_orders_life() -> None:
    given: dict[str, Any] = tried(Scene())[1].calls[-1].args["simulatedOracleParams"]
    assert given["primaryTokens"] == (WETH, USDC)
    assert given["primaryPrices"] == (
        {"min": 3000 * 10**12, "max": 3000 * 10**12},
        {"min": 10**24, "max": 10**24},
    )
    assert {given["minTimestamp"], given["maxTimestamp"]} == {Scene().now_s + 60}


def test_an_opening__that_is_tried__is_the_smallest_short_on_all_that_is_approved() -> None:
    sent, created, _ = tried(FLAT)[1].calls
    assert sent.args == {"token": USDC, "receiver": AT["OrderVault"], "amount": 20_000 * USDC_UNIT}
    order = created.order()
    assert (order.order_type, order.size_delta_usd, order.acceptable_price) == (
        OrderType.MARKET_INCREASE,
        3 * 10**30,
        0,
    )
    assert order.initial_collateral_delta_amount == 20_000 * USDC_UNIT


def test_a_later_release__is_tried_through_the_router_that_is_pinned_for_it() -> None:
    here, there = tried(FLAT)[1].calls[-1], tried(LATER, TRIES)[1].calls[-1]
    assert there.method == "makeExternalCalls"
    assert there.args["externalCallTargets"] == (TRIES,)
    [carried] = there.args["externalCallDataList"]
    assert SimulationRouter.SIMULATE_LATEST_ORDER.args(carried) == here.args


def test_a_later_release__without_such_a_pin__is_a_remark() -> None:
    assert said(LATER, reverted(END)) == (
        "warn",
        "no order was tried: release 2.2c does it in a router of its own: pin simulation_router",
    )


def test_the_releases__that_have_a_router_for_it__are_all_after_2_2() -> None:
    assert {version for version, layout in LAYOUTS.items() if layout.simulation_router} == {"2.2c", "live"}


@pytest.mark.parametrize("answer", [END, revert("ExternalCallFailed", END)], ids=["bare", "wrapped"])
def test_a_dry_run__that_reaches_its_end__could_be_done_at_about_that_price(answer: bytes) -> None:
    assert said(Scene(), reverted(answer)) == ("ok", "ETH could be closed now, at about 3,001.8")
    assert said(FLAT, reverted(answer)) == ("ok", "a short of 0.001 ETH could be opened now, at about 2,998.2")


@pytest.mark.parametrize("answer", [FULL, revert("ExternalCallFailed", FULL)], ids=["bare", "wrapped"])
def test_a_dry_run__that_ends_with_a_reason__could_not_be_done(answer: bytes) -> None:
    level, says = said(Scene(), reverted(answer))
    assert (level, says.partition(": ")[0]) == ("warn", "ETH could NOT be closed now")
    assert "InsufficientReserve" in says


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Unreadable("node.example: no answer within 10 s"), "node.example: no answer within 10 s"),
        (reverted(b""), "node.example: execution reverted"),
        (b'"0x"', "a dry run that does not revert tells nothing"),
        (reverted(revert("ExternalCallFailed", b"")), "it failed without a reason"),
        (reverted(revert("InvalidExternalCallTarget", USDC)), "a call goes to what is no contract"),
        (
            reverted(revert("ExternalCallFailed", revert("Unauthorized", USDC, "CONTROLLER"))),
            "the caller has no right",
        ),
        (reverted(revert("InsufficientExecutionFee", 7, 0)), "the execution fee is below the minimum"),
    ],
)
def test_a_dry_run__that_fails_itself__leaves_it_unknown(answer: bytes | Unreadable, why: str) -> None:
    level, says = said(Scene(), answer)
    assert level == "warn"
    assert says.startswith(f"whether ETH could be closed now is not known: {why}")


def test_a_dry_run__with_nothing_to_try__asks_nothing() -> None:
    runs = DryRuns(replace(FLAT, allowance=0), reverted(END))
    [[finding]] = asyncio.run(drive([simulation.examine(gmx_v2(replace(FLAT, allowance=0)))], runs))
    assert (finding.level, finding.says, runs.tried) == ("ok", simulation.NOTHING_TO_TRY, [])


def test_a_look__that_cannot_be_had__is_a_remark() -> None:
    level, says = said(Scene(fed_s=7_200), reverted(END))
    assert level == "warn"
    assert says.startswith("no order was tried: gmx: the feed ")
