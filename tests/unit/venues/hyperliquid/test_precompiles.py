"""The second look at HyperEVM: what it contradicts, and what it cannot say."""

from typing import Any

import pytest
from eth_abi.abi import encode

from agent.errors import Unreadable
from agent.hedge import Limits, make_check
from agent.model import Code, Leg, Memory, Name, Plan, Snapshot, Trade, View
from agent.reading import Fetch
from agent.units import Base, Price
from agent.venues.hyperliquid.agents import examine
from tests.kit.scripted import Script
from tests.unit.venues.hyperliquid.conftest import Opens
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import ACCOUNT, ETH, HL

EVM = Name("hyperevm")
POSITION, MARK, ORACLE = (f"0x{number:040x}" for number in (0x800, 0x806, 0x807))


def chain(scene: Scene, size: int = 0, mark: int = 200_000, oracle: int = 200_000, behind_s: int = 1) -> Script:
    """Arguments without a selector; 4 decimals of size, 2 of price."""
    written = Script(EVM, scene.exchange.now_ms // 1_000 - behind_s)
    asset, whose = encode(["uint32"], [1]), encode(["address", "uint16"], [ACCOUNT, 1])
    position = encode(["int64", "uint64", "int64", "uint32", "bool"], [size, 0, 0, 2, True])
    for to, data, answer in (
        (POSITION, whose, position),
        (MARK, asset, encode(["uint64"], [mark])),
        (ORACLE, asset, encode(["uint64"], [oracle])),
    ):
        written.rpc("eth_call", {"to": to, "data": "0x" + data.hex()}, "$pin", returns="0x" + answer.hex())
    return written


def both(scene: Scene, second: Fetch) -> Fetch:
    async def fetch(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        return await (scene.bench.info if source == HL else second)(source, requests)

    return fetch


def looked(scene: Scene, second: Fetch) -> View:
    return scene.read_with(scene.venue.observe(), both(scene, second))


@pytest.fixture
def short(opens: Opens) -> Scene:
    """Of 4 ETH."""
    scene = opens(chain=EVM)
    opens(scene.exchange).sells("4")
    return scene


def test_second_look__that_agrees__changes_nothing(short: Scene) -> None:
    view = looked(short, chain(short, -40_000, 201_900, 198_100))
    assert (view.disputed, view.remarks) == (None, ())


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"size": -30_000}, "the position in ETH is -3 on HyperEVM and -4 at the exchange"),
        ({"mark": 203_000}, "the mark price of ETH is 2030 on HyperEVM and 2000 at the exchange"),
        ({"oracle": 190_000}, "the oracle price of ETH is 1900 on HyperEVM and 2000 at the exchange"),
    ],
)
def test_second_look__that_contradicts__is_a_dispute(short: Scene, told: dict[str, int], says: str) -> None:
    assert looked(short, chain(short, **({"size": -40_000} | told))).disputed == says


@pytest.mark.parametrize("told", [{"size": -30_000}, {"mark": 203_000}, {"oracle": 190_000}])
def test_dispute__of_position_mark_or_oracle__stops_what_adds_and_leaves_the_way_out(
    short: Scene, told: dict[str, int]
) -> None:
    view = looked(short, chain(short, **({"size": -40_000} | told)))
    snapshot = Snapshot(views=(view,), terms=(short.terms(),))
    check = make_check([], Limits(), {HL: short.venue.lane})
    found = {}
    for size, worst in (("-1", "1990"), ("1", "2010")):
        trade = Trade(market=ETH, size=Base(size), worst=Price(worst), reduce_only=size == "1")
        leg = Leg(venue=HL, actions=(trade,))
        dropped = check(Plan(legs=(leg,)), snapshot, Memory()).dropped
        found[size] = [reason.code for each in dropped for reason in each.reasons]
    assert Code.DISPUTED in found["-1"]
    assert Code.DISPUTED not in found["1"]
    assert view.size(ETH) == Base(-4)


def test_second_look__of_a_chain_that_stands_still__is_told_and_contradicts_nothing(short: Scene) -> None:
    view = looked(short, chain(short, -30_000, behind_s=500))
    assert view.disputed is None
    assert view.remarks[0].startswith("no second look at HyperEVM: it is ")
    assert looked(short, chain(short, -30_000, behind_s=50)).disputed


def _nothing(written: Script) -> None:
    written.rpc("eth_call", {"to": MARK, "data": "0x" + encode(["uint32"], [1]).hex()}, "$pin", returns="0x")


def _garbled(written: Script) -> None:
    written.rpc("eth_call", {"to": MARK, "data": "0x" + encode(["uint32"], [1]).hex()}, "$pin", returns="0x01")


@pytest.mark.parametrize(("break_it", "says"), [(_nothing, "is this chain HyperEVM?"), (_garbled, "cannot decode")])
def test_second_look__that_cannot_be_read__is_told_and_contradicts_nothing(
    short: Scene, break_it: Any, says: str
) -> None:
    written = chain(short, -40_000)
    break_it(written)
    view = looked(short, written)
    assert view.disputed is None
    assert says in view.remarks[0]
    assert view.size(ETH) == Base(-4)


def test_second_look__without_a_node__is_told(short: Scene) -> None:
    view = looked(short, Script(Name("another")))
    assert view.disputed is None
    assert "another" not in view.remarks[0]
    assert view.remarks[0].startswith("no second look at HyperEVM: hyperevm")


def test_chain__not_configured__asks_no_chain(opens: Opens) -> None:
    scene = opens()
    tape, _ = scene.tape(scene.venue.observe())
    assert {source for source, _ in tape} == {HL}


def test_doctor__asks_the_second_look_too(short: Scene) -> None:
    for written, level, says in (
        (chain(short, -40_000), "ok", "hyperevm says the same of positions and prices"),
        (chain(short, -30_000), "fail", "the position in ETH is -3 on HyperEVM and -4 at the exchange"),
        (Script(Name("another")), "warn", "no second look at HyperEVM: "),
    ):
        found = short.read_with(examine(short.bench.venue), both(short, written))
        assert any(each.level == level and each.says.startswith(says) for each in found)
