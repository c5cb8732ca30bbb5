"""What changed the position without us, from recorded events; the contract of all venues has the rest."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from agent.errors import Unreadable
from agent.model import Address, Cause, Happening
from agent.reading import drive
from agent.units import Base, Price, Usd
from agent.venues.gmx_v2.happened import happened
from tests.unit.venues.gmx_v2.exchange import Exchange
from tests.unit.venues.gmx_v2.figures import ETH, GMX, MARKET, OTHER_MARKET, Scene
from tests.unit.venues.gmx_v2.scene import gmx_v2, look
from tests.unit.venues.gmx_v2.transcript import EMITTER, STEP

OLD, BLOCK = 2, 100
"""The first block with any of it, and the one that is looked at."""


def ref(step: str) -> str:
    return f"0x{step.encode().hex():0<64}"


def node(*steps: str) -> dict[str, Any]:
    """Each step in a block of its own, a second after the last; events come by address, as a node answers them."""

    def logs(params: list[Any]) -> list[dict[str, Any]]:
        assert params[0]["address"] == EMITTER
        asked = [each if isinstance(each, list) else [each] for each in params[0]["topics"]]
        return [
            {
                **log,
                "address": EMITTER,
                "blockNumber": hex(OLD + n),
                "logIndex": hex(index),
                "transactionHash": ref(step),
            }
            for n, step in enumerate(steps)
            for index, log in enumerate(STEP[step]["receipt"]["logs"])
            if matches(log["topics"], asked)
        ]

    def block(params: list[Any]) -> dict[str, str]:
        return {"number": params[0], "hash": "0xb", "timestamp": params[0]}

    return {"eth_getLogs": logs, "eth_getBlockByNumber": block}


def place(n: int, index: int, step: str) -> dict[str, str]:
    return {"blockNumber": hex(OLD + n), "logIndex": hex(index), "transactionHash": ref(step)}


def matches(topics: list[str], asked: list[list[str | None]]) -> bool:
    return len(topics) >= len(asked) and all(
        None in each or topic in each for topic, each in zip(topics, asked, strict=False)
    )


def told(*steps: str, market: Address = MARKET) -> list[Happening]:
    scene = Scene(rpc=node(*steps), block=BLOCK, market=market)
    view = look(Scene(block=BLOCK))
    [found] = asyncio.run(drive([happened(gmx_v2(scene), view, 0)], Exchange(scene)))
    return list(found)


def test_trade__that_a_keeper_executed__is_called_by_the_transaction_that_asked_for_it() -> None:
    [sold] = told("open.create", "open.execute")
    assert sold == Happening(
        venue=GMX,
        cause=Cause.TRADE,
        time_ms=(OLD + 1) * 1000,
        ref=ref("open.create"),
        market=ETH,
        size=Base(-5),
        price=Price("3000.00000009"),
    )


def test_trade__asked_for_before_the_search_began__is_called_by_its_execution() -> None:
    assert [each.ref for each in told("open.execute")] == [ref("open.execute")]


@pytest.mark.parametrize(("step", "amount"), [("topup", "1000"), ("withdraw", "-700")])
def test_order__of_no_size__moves_collateral_alone(step: str, amount: str) -> None:
    [moved] = told(f"{step}.create", f"{step}.execute")
    assert (moved.cause, moved.market, moved.size, moved.ref) == (Cause.FUNDS, None, Base(0), ref(f"{step}.create"))
    assert moved.amount == Usd(amount)


def test_orders__that_were_cancelled__changed_nothing() -> None:
    assert told("unfillable.create", "tooBig.create") == []


def test_trade__in_another_market__is_another_venues() -> None:
    assert told("open.create", "open.execute", market=OTHER_MARKET) == []


def test_event__in_a_form_that_is_not_known__is_unreadable_and_never_left_out() -> None:
    rpc = node("open.execute")
    whole: Callable[[list[Any]], list[dict[str, Any]]] = rpc["eth_getLogs"]
    rpc["eth_getLogs"] = lambda params: [{**log, "data": log["data"][:-64]} for log in whole(params)]
    scene = Scene(rpc=rpc, block=BLOCK)
    with pytest.raises(Unreadable, match="cannot be read"):
        asyncio.run(drive([happened(gmx_v2(scene), look(Scene(block=BLOCK)), 0)], Exchange(scene)))
