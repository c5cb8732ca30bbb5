"""What the demo and the other tests rely on: the local GMX v2 behaves as its commands say, and has a keeper."""

import json
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.request import urlopen

import pytest

from tests.gmx.comparison import event
from tests.kit.devnet import feeds
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.fixtures import untouched
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.devnet.tokens import USDC_UNIT
from tests.kit.gmx import devnet as launch
from tests.kit.gmx import keeper as by_hand
from tests.kit.gmx import market
from tests.kit.gmx.keys import key
from tests.kit.gmx.offchain import Keeper, at_work, tell
from tests.kit.gmx.orders import Ask, OrderType, create
from tests.kit.gmx.parameters import USD

pytestmark = pytest.mark.chain

_SOON_S = 10


@pytest.fixture(scope="module")
def seeded() -> Iterator[Devnet]:
    with launch.deployed() as started:
        yield started


@pytest.fixture
def idle(seeded: Devnet) -> Iterator[Devnet]:
    """Nobody is at work."""
    with untouched(seeded):
        yield seeded


@pytest.fixture
def keeper() -> Keeper:
    return Keeper(delay_s=0)


@pytest.fixture
def gmx(idle: Devnet, keeper: Keeper) -> Iterator[Devnet]:
    with at_work(idle, keeper) as working:
        yield working


def _ask(devnet: Devnet, kind: OrderType = OrderType.MARKET_INCREASE, **details: Any) -> None:
    """A short of 3,000 USD, at a price no more than 1 % worse."""
    bound = by_hand.contract_price("WETH", Decimal(1980 if kind.increases else 2020))
    ask = {"size_usd": 3_000 * USD, "amount": 2_000 * USDC_UNIT if kind.increases else 0, "acceptable": bound}
    create(devnet.gmx, devnet.address(Role.ACCOUNT), Ask(kind=kind, **(ask | details)))


def _waiting(devnet: Devnet) -> int:
    return len(by_hand.open_orders(devnet.gmx, devnet.address(Role.ACCOUNT)))


def _is_done(devnet: Devnet) -> bool:
    deadline = time.monotonic() + _SOON_S
    while (waiting := _waiting(devnet)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not waiting


def _short_usd(devnet: Devnet) -> int:
    reader, account = devnet.contract("Reader").functions, devnet.address(Role.ACCOUNT)
    held = reader.getAccountPositions(devnet.exchange["DataStore"], account, 0, 9).call()
    return int(sum(numbers[0] for _, numbers, _ in held)) // USD


def _tickers(devnet: Devnet) -> dict[str, dict[str, Any]]:
    with urlopen(f"{devnet.tickers}/prices/tickers") as reply:  # noqa: S310
        return {each["tokenSymbol"]: each for each in json.loads(reply.read())}


def _usd(ticker: dict[str, Any]) -> Decimal:
    return Decimal(ticker["maxPrice"]).scaleb(-12)


def test_devnet__when_fresh__has_a_reserve_and_an_operator_within_bounds(idle: Devnet) -> None:
    account, operator = idle.address(Role.ACCOUNT), idle.address(Role.OPERATOR)
    usdc, store = idle.token("USDC").functions, idle.contract("DataStore").functions
    assert usdc.balanceOf(account).call() == 60_000 * USDC_UNIT
    assert usdc.allowance(account, idle.exchange["Router"]).call() == 60_000 * USDC_UNIT
    permission = (account, operator, key("SUBACCOUNT_ORDER_ACTION"))
    assert store.getUint(key("MAX_ALLOWED_SUBACCOUNT_ACTION_COUNT", *permission)).call() == 200
    left_s = store.getUint(key("SUBACCOUNT_EXPIRES_AT", *permission)).call() - idle.chain.now()
    assert 59 * launch.DAY_S < left_s <= 60 * launch.DAY_S
    assert idle.tokens["WETH"] == idle.exchange["WETH"]


def test_price_service__answers_what_keepers_execute_at(gmx: Devnet) -> None:
    market.set_price(gmx, Decimal(2100))
    told = _tickers(gmx)
    assert _usd(told["WETH"]) == 2100
    assert told["WETH"]["tokenAddress"] == gmx.tokens["WETH"]
    assert int(told["USDC"]["minPrice"]) == 10**24
    assert told["WETH"]["updatedAt"] == gmx.chain.now() * 1000


@pytest.mark.parametrize(
    ("only", "exchange", "outside"), [(None, 2200, 2200), (Side.EXCHANGE, 2200, 2000), (Side.OUTSIDE, 2000, 2200)]
)
def test_set_price__one_side_or_both__moves_keepers_and_feeds_of_that_side(
    gmx: Devnet, only: Side | None, exchange: int, outside: int
) -> None:
    market.set_price(gmx, Decimal(2200), only=only)
    assert _usd(_tickers(gmx)["WETH"]) == feeds.last(gmx, "exchange_eth_usd") == exchange
    assert feeds.last(gmx, "outside_eth_usd") == outside


@pytest.mark.parametrize("price", [Decimal(0), Decimal(99), Decimal(40_001)])
def test_set_price__out_of_reason__is_refused(idle: Devnet, price: Decimal) -> None:
    with pytest.raises(DevnetError, match="not between 100 and 40000"):
        market.set_price(idle, price)


def test_pass_hour__a_market_that_is_mostly_long__pays_the_short(gmx: Devnet) -> None:
    _ask(gmx)
    assert _is_done(gmx)
    market.pass_hour(gmx)
    _ask(gmx)
    assert _is_done(gmx)
    owed = key("CLAIMABLE_FUNDING_AMOUNT", gmx.exchange["EthMarket"], gmx.tokens["WETH"], gmx.address(Role.ACCOUNT))
    assert gmx.contract("DataStore").functions.getUint(owed).call() > 0
    for feed in gmx.feeds:
        assert gmx.chain.now() - gmx.feed(feed).functions.latestRoundData().call()[3] <= 5


def test_keeper__at_work__executes_orders_one_way_and_the_other(gmx: Devnet) -> None:
    _ask(gmx)
    assert _is_done(gmx)
    assert _short_usd(gmx) == 3_000
    _ask(gmx, OrderType.MARKET_DECREASE)
    assert _is_done(gmx)
    assert _short_usd(gmx) == 0


def test_keeper__off__executes_nothing_until_it_is_on_again(gmx: Devnet) -> None:
    assert not tell(gmx, on=False).on
    _ask(gmx)
    time.sleep(0.5)
    assert _waiting(gmx) == 1
    tell(gmx, on=True)
    assert _is_done(gmx)


def test_keeper__with_a_delay__executes_after_it(gmx: Devnet) -> None:
    tell(gmx, delay_s=1.5)
    _ask(gmx)
    asked_s = time.monotonic()
    assert _is_done(gmx)
    assert time.monotonic() - asked_s > 1


@pytest.mark.parametrize("kind", [OrderType.MARKET_INCREASE, OrderType.MARKET_DECREASE])
def test_keeper__told_to_cancel_the_next__cancels_one_for_its_price_and_no_other(
    gmx: Devnet, kind: OrderType
) -> None:
    _ask(gmx)
    assert _is_done(gmx)
    assert tell(gmx, cancel_next=True).cancel_next
    before = gmx.chain.web3.eth.block_number
    _ask(gmx, kind)
    assert _is_done(gmx)
    assert _short_usd(gmx) == 3_000
    assert _reason(gmx, before) == "e09ad0e9"  # OrderNotFulfillableAtAcceptablePrice
    assert _usd(_tickers(gmx)["WETH"]) == 2000
    _ask(gmx, kind)
    assert _is_done(gmx)
    assert _short_usd(gmx) == (6_000 if kind.increases else 0)


def _reason(devnet: Devnet, since: int) -> str:
    """The selector of the error for which the one order was cancelled."""
    logs = devnet.chain.web3.eth.get_logs({"address": devnet.exchange["EventEmitter"], "fromBlock": since + 1})
    [items] = [items for name, items in map(event, (bytes(log["data"]) for log in logs)) if name == "OrderCancelled"]
    [reason] = [item for path, item in items if path.endswith("reasonBytes")]
    return str(reason[:4].hex())


def test_keeper__a_stop_loss__waits_for_its_price(gmx: Devnet) -> None:
    _ask(gmx)
    assert _is_done(gmx)
    trigger, any_price = by_hand.contract_price("WETH", Decimal(2300)), 2**256 - 1
    _ask(gmx, OrderType.STOP_LOSS_DECREASE, trigger=trigger, acceptable=any_price)
    time.sleep(0.5)
    assert (_waiting(gmx), _short_usd(gmx)) == (1, 3_000)
    market.set_price(gmx, Decimal(2301))
    assert _is_done(gmx)
    assert _short_usd(gmx) == 0


def test_keeper__of_a_devnet_without_one__is_named_as_missing(seeded: Devnet) -> None:
    with pytest.raises(DevnetError, match="no keeper"):
        tell(seeded, on=False)
