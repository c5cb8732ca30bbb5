"""What the demo and the other tests rely on: an exchange of messages beside the local chain, at the chain's time."""

import json
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.client import RemoteDisconnected
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.kit.devnet import both, feeds
from tests.kit.devnet import hyperliquid as launch
from tests.kit.devnet import hyperliquid_market as market
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.fixtures import untouched
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.gmx import keeper
from tests.kit.hyperliquid.wallet import Wallet

pytestmark = pytest.mark.chain

ACCOUNT, AGENT = actor(Role.ACCOUNT).address, actor(Role.AGENT)
ETH = 1
_SOON_S, _DAY_MS = 5, 86_400_000


@pytest.fixture(scope="module")
def seeded() -> Iterator[Devnet]:
    with launch.deployed() as started:
        yield started


@pytest.fixture
def devnet(seeded: Devnet) -> Iterator[Devnet]:
    with untouched(seeded), launch.at_work(seeded) as working:
        yield working


def _post(devnet: Devnet, path: str, body: dict[str, Any]) -> Any:
    headers = {"Content-Type": "application/json"}
    request = Request(f"{devnet.hyperliquid}{path}", data=json.dumps(body).encode(), headers=headers)  # noqa: S310
    with urlopen(request, timeout=_SOON_S) as reply:  # noqa: S310
        return json.loads(reply.read())


def _ask(devnet: Devnet, kind: str) -> Any:
    return _post(devnet, "/info", {"type": kind, "user": ACCOUNT.lower()})


def _sell(devnet: Devnet, size: str) -> Any:
    """By the agent, at whatever the book has."""
    order = {"a": ETH, "b": False, "p": "1500", "s": size, "r": False, "t": {"limit": {"tif": "Ioc"}}}
    action = {"type": "order", "orders": [order], "grouping": "na"}
    return _post(devnet, "/exchange", Wallet(AGENT.key).l1(action, market.tell(devnet, "now_ms")))


def _prices(devnet: Devnet) -> tuple[Decimal, ...]:
    return (*map(Decimal, market.tell(devnet, "prices", coin="ETH")), feeds.last(devnet, "outside_eth_usd"))


def test_devnet__when_fresh__has_collateral_and_an_agent_that_may_trade_for_two_months(devnet: Devnet) -> None:
    [agent] = _ask(devnet, "extraAgents")
    assert agent["address"] == AGENT.address.lower()
    assert 59 * _DAY_MS < agent["validUntil"] - market.tell(devnet, "now_ms") <= 60 * _DAY_MS
    assert Decimal(_ask(devnet, "clearinghouseState")["withdrawable"]) == 60_000
    assert _sell(devnet, "2")["status"] == "ok"
    assert market.position(devnet) == -2


@pytest.mark.parametrize(
    ("only", "prices"),
    [(None, (2200, 2200, 2200)), (Side.EXCHANGE, (2200, 2200, 2000)), (Side.OUTSIDE, (2000, 2000, 2200))],
)
def test_set_price__one_side_or_both__moves_the_exchange_and_the_feed(
    devnet: Devnet, only: Side | None, prices: tuple[int, ...]
) -> None:
    market.set_price(devnet, Decimal(2200), only=only)
    assert _prices(devnet) == prices


@pytest.mark.parametrize("price", [Decimal(99), Decimal(40_001)])
def test_set_price__out_of_reason__is_refused(devnet: Devnet, price: Decimal) -> None:
    with pytest.raises(DevnetError, match="not between 100 and 40000"):
        market.set_price(devnet, price)


def test_time__that_passes_on_the_chain__passes_at_the_exchange(devnet: Devnet) -> None:
    devnet.chain.warp(7200)
    assert abs(market.tell(devnet, "now_ms") / 1000 - devnet.chain.now()) < _SOON_S


def test_chain__on_which_nobody_trades__has_new_blocks_all_the_same(devnet: Devnet) -> None:
    before, deadline = devnet.chain.web3.eth.block_number, time.monotonic() + _SOON_S
    while devnet.chain.web3.eth.block_number == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_pass_hour__a_short__is_paid_once(devnet: Devnet) -> None:
    _sell(devnet, "2")
    market.pass_hour(devnet)
    [paid] = _post(devnet, "/info", {"type": "userFunding", "user": ACCOUNT.lower(), "startTime": 0})
    assert Decimal(paid["delta"]["usdc"]) > 0
    assert devnet.chain.now() - devnet.feed("outside_eth_usd").functions.latestRoundData().call()[3] <= _SOON_S


def test_exchange__dark__takes_nothing_and_answers_nothing_until_it_is_back(devnet: Devnet) -> None:
    market.go_dark(devnet)
    with pytest.raises(RemoteDisconnected):
        _ask(devnet, "clearinghouseState")
    with pytest.raises(RemoteDisconnected):
        _sell(devnet, "2")
    assert market.position(devnet) == 0
    market.come_back(devnet)
    assert _sell(devnet, "2")["status"] == "ok"


def test_exchange__told_to_drop_the_next__carries_it_out_and_is_silent_once(devnet: Devnet) -> None:
    market.drop_next(devnet)
    with pytest.raises(RemoteDisconnected):
        _sell(devnet, "2")
    assert market.position(devnet) == -2
    assert _sell(devnet, "1")["status"] == "ok"


@pytest.mark.parametrize(("act", "left"), [(market.deleverage, "-1.0001"), (market.liquidate, "0")])
def test_exchange__takes_a_position__in_part_or_whole(
    devnet: Devnet, act: Callable[[Devnet], None], left: str
) -> None:
    with pytest.raises(DevnetError, match="no position"):
        act(devnet)
    _sell(devnet, "2.0001")
    act(devnet)
    assert market.position(devnet) == Decimal(left)


def test_exchange__of_a_devnet_without_one__is_named_as_missing(seeded: Devnet) -> None:
    with pytest.raises(DevnetError, match="no Hyperliquid beside the chain"):
        market.go_dark(seeded)


def test_both__one_price_and_one_hour__are_the_same_on_both() -> None:
    with both.deployed() as started, both.at_work(started) as devnet:
        both.set_price(devnet, Decimal(2200))
        assert set(_prices(devnet)) == {2200}
        assert keeper.price(devnet.gmx, "WETH")[0] == keeper.contract_price("WETH", Decimal(2200))
        both.set_price(devnet, Decimal(2100), only=Side.OUTSIDE)
        assert [int(price) for price in _prices(devnet)] == [2200, 2200, 2100]
        both.pass_hour(devnet)
        assert abs(market.tell(devnet, "now_ms") / 1000 - devnet.chain.now()) < _SOON_S
        assert both.describe(devnet).endswith("Hyperliquid: oracle 2200.00, mark 2200.00, outside 2100.00")
