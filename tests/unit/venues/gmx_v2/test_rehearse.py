"""The keeper's part of a rehearsal: on a stage that answers as the recorded exchange, with the recorded events."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from agent.errors import Unreadable
from agent.evm_slot import Log
from agent.model import Address, Draft, EvmTx, Leg, Name, Trade, View
from agent.units import Base, Price
from agent.venues.gmx_v2.keeper import LATENCY_S, PRICES_AS_GIVEN, PROVIDER
from agent.venues.gmx_v2.methods import DataStore, OrderHandler
from tests.unit.venues.gmx_v2.exchange import Exchange
from tests.unit.venues.gmx_v2.figures import AT, ETH, ETH_FEED, GMX, USDC, WETH, Scene, open_orders
from tests.unit.venues.gmx_v2.scene import gmx_v2, look, terms
from tests.unit.venues.gmx_v2.transcript import STEP, TRANSCRIPT, logs_of

KEEPER, CONTROLS = (Address(TRANSCRIPT["accounts"][name]) for name in ("orderKeeper", "deployerController"))
SELL = Trade(market=ETH, size=Base(-5), worst=Price(2970), reduce_only=False)


class Stage:
    """What was played on it, and by whom; the exchange as it is before the keeper's transaction, and after it."""

    def __init__(self, created: Scene, executed: Scene, step: str) -> None:
        self.played: tuple[()] = ()
        self.ours, self.placed = list[EvmTx](), dict[Address, bytes]()
        self.others = list[tuple[Address, Address, bytes, int]]()
        self._now, self._then, self._step = created, executed, step

    async def fetch(self, source: Name, requests: tuple[bytes, ...], /) -> tuple[bytes | Unreadable, ...]:
        assert ETH_FEED.encode() not in b"".join(requests)
        return await Exchange(self._now)(source, requests)

    async def play(self, tx: EvmTx, /, explain: Callable[[str], str] = str) -> None:
        self.ours.append(tx)

    async def place(self, at: Address, code: bytes) -> None:
        self.placed[at] = code

    async def outsider(self, who: Address, to: Address, data: bytes, after_s: int = 0) -> tuple[Log, ...]:
        self.others.append((who, to, data, after_s))
        if data[:4] != OrderHandler.EXECUTE.selector:
            return ()
        self._now = self._then
        return logs_of(STEP[self._step])


def rehearsed(step: str, executed: Scene) -> tuple[View, Stage]:
    before = Scene(infos=(), eth=3001 * 10**8)
    view = look(before)
    venue = gmx_v2(before)
    draft = venue.compose(Leg(venue=GMX, actions=(SELL,)), view, terms(view, before))
    assert isinstance(draft, Draft)
    stage = Stage(replace(before, orders=open_orders("open.orders")), executed, step)
    return asyncio.run(venue.rehearse(draft, view, stage)), stage


def test_rehearse__a_keeper_executes__at_the_prices_of_the_plan_as_a_role_holder() -> None:
    _, stage = rehearsed("open.execute", Scene())
    assert stage.placed == {PROVIDER: PRICES_AS_GIVEN}
    *allowed, (keeper, handler, data, after_s) = stage.others
    assert {(who, to) for who, to, _, _ in allowed} == {(CONTROLS, AT["DataStore"])}
    selectors = [sent[:4] for _, _, sent, _ in allowed]
    assert selectors == [DataStore.SET_BOOL.selector, DataStore.SET_ADDRESS.selector, DataStore.SET_ADDRESS.selector]
    assert (keeper, handler, after_s) == (KEEPER, AT["OrderHandler"], LATENCY_S)
    told = OrderHandler.EXECUTE.args(data)
    assert told["key"].hex() == STEP["open.create"]["orderKey"][2:]
    assert told["oracleParams"]["tokens"] == (WETH, USDC)
    given = [[int(word.hex(), 16) for word in (price[:32], price[32:])] for price in told["oracleParams"]["data"]]
    assert given == [[3001 * 10**12] * 2, [10**24] * 2]


def test_rehearse__executed__shows_the_position_and_what_the_keeper_did() -> None:
    """After it everything is valued at the plan's prices: no feed is asked on a fork."""
    view, stage = rehearsed("open.execute", Scene(eth=0))
    assert len(stage.ours) == 1
    assert [position.size for position in view.positions] == [Base(-5)]
    assert view.markets[0].mark == Price(3001)
    executed, refund = view.remarks
    assert executed == "a keeper would execute it at 3000.00, impact +0.00 USD"
    assert refund.endswith(f"of the execution fee would come back to {TRANSCRIPT['accounts']['trader']}")
    assert refund.startswith("0.00")


def test_rehearse__cancelled__says_why() -> None:
    view, _ = rehearsed("unfillable.execute", Scene(infos=()))
    assert view.positions == ()
    assert view.remarks[0].startswith(
        "a keeper would cancel the order: the price with its impact was worse than the order accepts"
    )


def test_rehearse__an_order_that_was_there_before__is_left_to_the_live_keepers() -> None:
    before = Scene(infos=(), orders=open_orders("open.orders"))
    view, venue = look(before), gmx_v2(before)
    stage = Stage(before, before, "open.execute")
    draft = Draft(leg=Leg(venue=GMX, actions=()), payloads=())
    after = asyncio.run(venue.rehearse(draft, view, stage))
    assert (stage.others, after.working(ETH)) == ([], Base(-5))


def test_rehearse__no_role_holder__is_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"gmx: the role store .* names no controller or no keeper"):
        rehearsed_without_keepers()


def rehearsed_without_keepers() -> None:
    before = Scene(infos=())
    view, venue = look(before), gmx_v2(before)
    stage = Stage(replace(before, orders=open_orders("open.orders"), members=False), before, "open.execute")
    asyncio.run(venue.rehearse(Draft(leg=Leg(venue=GMX, actions=()), payloads=()), view, stage))
