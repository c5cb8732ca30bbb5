"""What the two Readers say: the same facts, in the layout of v2.2 and in the one that is live."""

from typing import Any

import pytest
from eth_abi.abi import decode

from tests.gmx.desk import Desk
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import keeper
from tests.kit.gmx.deployment import NOBODY
from tests.kit.gmx.orders import OrderType
from tests.kit.gmx.state import Gmx

pytestmark = pytest.mark.chain

_POSITION = ["address"] * 3 + ["uint256"] * 3 + ["int256"] + ["uint256"] * 6 + ["bool"]
_REFERRAL = ["bytes32", "address", "address"] + ["uint256"] * 7
_FEES = [*_REFERRAL, *["uint256"] * 13, "address", *["uint256"] * 18]
_IMPACT = ["int256", "uint256", "bool", "int256", "int256", "uint256"]
_INFO = ["bytes32", *_POSITION, *_FEES, *_IMPACT, *["int256"] * 3]
_NUMBERS = ["uint8"] * 2 + ["uint256"] * 10
_ADDRESSES = f"({','.join(['address'] * 7)},address[])"
_FLAGS = "(bool,bool,bool,bool)"
_LAYOUTS = {
    "Reader": (_INFO, _NUMBERS),
    "ReaderLive": ([*_INFO, "int256"], [*_NUMBERS, "uint256"]),
}
_VALUE, _CLAIM_LONG, _CLAIM_SHORT = -1, 29, 30


@pytest.fixture
def desk(gmx: Gmx) -> Desk:
    return Desk(gmx=gmx).fund()


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("reader", _LAYOUTS)
def test_position_list__of_any_length__has_the_stride_of_its_layout(
    gmx: Gmx, desk: Desk, reader: str, count: int
) -> None:
    _open(desk, count)
    found = _infos(gmx, desk, reader)
    assert [info[5] for info in found] == [5 * ETHER, ETHER, 2 * ETHER][:count]
    assert [len(info) for info in found] == [len(_LAYOUTS[reader][0])] * count


def test_position_value__of_the_live_layout__is_what_a_close_would_bring(gmx: Gmx, desk: Desk) -> None:
    _open(desk, 3)
    keeper.pass_time(gmx, 3_600)
    old, live = _infos(gmx, desk, "Reader"), _infos(gmx, desk, "ReaderLive")
    for before, after in zip(old, live, strict=True):
        assert after[:_VALUE] == before
    before_close = desk.balance("USDC")
    short = _infos(gmx, desk, "ReaderLive")[0]
    desk.close()
    claimed = short[_CLAIM_LONG] * 3_000 * 10**12 + short[_CLAIM_SHORT] * 10**24
    assert desk.balance("USDC") - before_close == pytest.approx((short[_VALUE] - claimed) // 10**24, abs=2)


@pytest.mark.parametrize("reader", _LAYOUTS)
def test_orders__waiting__have_the_numbers_of_their_layout(gmx: Gmx, desk: Desk, reader: str) -> None:
    stop = desk.ask(OrderType.STOP_LOSS_DECREASE, 3_000, trigger=3_300 * 10**12, data=[b"\x07" * 32])
    limit = desk.ask(OrderType.LIMIT_INCREASE, 4_000, amount=USDC_UNIT, trigger=3_200 * 10**12)
    numbers = _LAYOUTS[reader][1]
    order = f"(bytes32,({_ADDRESSES},({','.join(numbers)}),{_FLAGS},bytes32[]))[]"
    arguments = [gmx.at("DataStore"), desk.account, 0, 16]
    ((first, second),) = decode([order], _raw(gmx, reader, "getAccountOrders", arguments))
    assert (first[0], second[0]) == (stop, limit)
    assert (first[1][1][0], first[1][1][4], second[1][1][4]) == (6, 3_300 * 10**12, 3_200 * 10**12)
    assert (len(first[1][1]), first[1][3]) == (len(numbers), (b"\x07" * 32,))
    updated = first[1][1][-3]
    assert abs(updated - gmx.chain.now()) < 60


def _open(desk: Desk, count: int) -> None:
    """A short of 5 ETH on USDC, one of 1 ETH on WETH, and a long of 2 ETH."""
    asks: list[dict[str, Any]] = [
        {"usd": 15_000, "amount": 15_000 * USDC_UNIT},
        {"usd": 3_000, "collateral": "WETH", "amount": ETHER},
        {"usd": 6_000, "amount": 6_000 * USDC_UNIT, "is_long": True},
    ]
    for ask in asks[:count]:
        desk.open(**ask)


def _infos(gmx: Gmx, desk: Desk, reader: str) -> Any:
    """Decoded by a layout that is written down here, not by what the contract declares."""
    prices = [keeper.market_prices(gmx)]
    places = (gmx.at("DataStore"), gmx.at("ReferralStorage"), desk.account, [gmx.at("EthMarket")])
    data = _raw(gmx, reader, "getAccountPositionInfoList", [*places, prices, NOBODY, 0, 16])
    (found,) = decode([f"({','.join(_LAYOUTS[reader][0])})[]"], data)
    return found


def _raw(gmx: Gmx, reader: str, method: str, arguments: list[Any]) -> bytes:
    contract = gmx.contract(reader)
    return bytes(
        gmx.chain.web3.eth.call({"to": contract.address, "data": contract.encode_abi(method, args=arguments)})
    )
