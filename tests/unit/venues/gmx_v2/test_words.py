"""What a call does, read back from its bytes: the same that compose and the owner's calls were made of."""

import pytest

from agent.cli.words import Words
from agent.model import Action, Cancel, Cannot, Claim, EvmTx, Fund, Leg, Protect, Trade
from agent.units import Base, Price, Usd
from agent.venues.gmx_v2 import methods, owner
from agent.venues.gmx_v2.orders import multicall
from agent.venues.gmx_v2.structs import PositionProps, PriceRange
from agent.venues.gmx_v2.words import READERS, STEPS, told
from agent.venues.told import Told
from tests.unit.firewall.gmx_v2_room import CONFIGURATIONS, RESTING, TERMS, position, room_of, view_of
from tests.unit.firewall.gmx_v2_scene import USDC, WETH
from tests.unit.firewall.scene import ACCOUNT, ETH, OPERATOR, VENUE, made_address

INDEX = PriceRange(min=3_000 * 10**12, max=3_000 * 10**12)
SHORT = position(5 * 10**18, 3_000 * 10**12, 0, USDC, is_long=False)
LONG = position(2 * 10**18, 2_500 * 10**12, 0, WETH, is_long=True)
SALE = Trade(market=ETH, size=Base(-5), worst=Price(2970), reduce_only=False)
COVER = Trade(market=ETH, size=Base(2), worst=Price(3030), reduce_only=True)
KEY = "0x" + "12" * 31 + "fe"

ROOM = room_of(ACCOUNT)


def says(
    *actions: Action, held: tuple[PositionProps, ...] = (SHORT,), own: bool = False, rests: bool = False
) -> list[str]:
    room = room_of(OPERATOR) if own else ROOM
    view = view_of(room, held, INDEX, orders=(RESTING,) if rests else ())
    draft = room.compose(Leg(venue=VENUE, actions=actions), view, TERMS)
    assert not isinstance(draft, Cannot)
    words = Words(settings=CONFIGURATIONS[room.account])
    return [words.does(VENUE, tx) for tx in draft.payloads if isinstance(tx, EvmTx)]


def test_words__a_sale__states_dollars_because_a_keeper_decides_on_the_coins() -> None:
    assert says(SALE, held=()) == ["sell 15,000 USD of ETH at no less than 2,971.78 (order)"]


def test_words__a_sale_with_collateral__is_one_order() -> None:
    with_it = "sell 15,000 USD of ETH at no less than 2,971.78 (order), with 7,655.94 USD of collateral"
    assert says(Fund(amount=Usd("7655.94")), SALE, held=()) == [with_it]
    assert says(Fund(amount=Usd("7655.94")), SALE, held=(), own=True) == [
        "approve 7,655.94 USD of collateral",
        with_it,
    ]


def test_words__collateral_alone__to_and_fro() -> None:
    assert says(Fund(amount=Usd(500))) == ["add 500 USD of collateral (order)"]
    assert says(Fund(amount=Usd("-12.5"))) == ["take 12.5 USD of collateral back (order)"]


def test_words__a_decrease__says_what_was_paid_at_entry() -> None:
    assert says(COVER) == ["buy back ETH sold for 6,000 USD at no more than 3,028.18 (order)"]
    sale = Trade(market=ROOM.name_of(WETH, is_long=True), size=Base(-2), worst=Price(2970), reduce_only=True)
    assert says(sale, held=(LONG,)) == ["sell ETH on coins bought for 5,000 USD at no less than 2,971.78 (order)"]


def test_words__a_stop__is_told_by_its_trigger() -> None:
    stop = Protect(market=ETH, size=Base(5), trigger=Price(3600))
    assert says(stop) == ["buy back ETH sold for 15,000 USD once it reaches 3,600 (stop)"]
    assert says(stop, rests=True) == ["change stop order 0xabab...abab: 15,000 USD at entry, from 3,600 on"]


def test_words__an_order_taken_back_and_funding_claimed__in_a_few_words() -> None:
    assert says(Cancel(order_id=KEY)) == ["cancel order 0x1212...12fe"]
    assert says(Claim(market=ETH), own=True) == ["claim the funding earned in ETH"]


def test_words__the_owners_calls__name_the_operator_what_it_may_and_until_when() -> None:
    allowed, approved = owner.delegate(ROOM, 200, 1_800_000_000, Usd(1000))
    read = told(ROOM.settings, allowed.data)
    assert read is not None
    operator = OPERATOR.lower()
    assert read.says == f"let {operator} create, change and cancel orders for the account, 200 actions in all"
    assert read.until_s == 1_800_000_000
    assert told(ROOM.settings, approved.data) == Told(method="approve", says="approve 1,000 USD of collateral")
    revoked = told(ROOM.settings, owner.revoke(ROOM).data)
    assert revoked == Told(method="removeSubaccount", says=f"no longer let {operator} trade for the account")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01\x02\x03\x04",
        multicall(),
        multicall(b"\x01\x02\x03\x04"),
        multicall(methods.Erc20.APPROVE.data(OPERATOR, 1)),
        methods.Router.MULTICALL.selector + bytes(31),
        methods.Router.MULTICALL.selector + bytes(32) + b"\xff" * 32,
        methods.Router.CANCEL_ORDER.selector,
    ],
)
def test_words__any_other_bytes__are_not_explained(data: bytes) -> None:
    assert told(ROOM.settings, data) is None


def test_words__another_market_of_the_same_account__is_not_explained_as_ours() -> None:
    draft = ROOM.compose(Leg(venue=VENUE, actions=(SALE,)), view_of(ROOM, (), INDEX), TERMS)
    assert not isinstance(draft, Cannot)
    [tx] = draft.payloads
    assert isinstance(tx, EvmTx)
    market = ROOM.market.model_copy(update={"token": made_address("another market")})
    assert told(ROOM.settings.model_copy(update={"market": market}), tx.data) is None


def test_readers__selectors__are_those_of_the_methods() -> None:
    router, exchange, sub = methods.Router, methods.ExchangeRouter, methods.SubaccountRouter
    steps = {router.SEND_WNT, router.SEND_TOKENS, exchange.CREATE_ORDER, sub.CREATE_ORDER}
    assert set(STEPS) == {each.selector.hex() for each in {*steps, sub.ADD, sub.SET_MAX_ACTIONS, sub.SET_EXPIRES_AT}}
    calls = {router.MULTICALL, router.CANCEL_ORDER, router.UPDATE_ORDER, exchange.CLAIM_FUNDING_FEES, sub.REMOVE}
    assert set(READERS) == {each.selector.hex() for each in {*calls, methods.Erc20.APPROVE}}
