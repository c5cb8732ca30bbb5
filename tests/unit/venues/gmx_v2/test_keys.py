"""Data store keys: their hashes, and how their arguments may be given."""

import json

import pytest

from agent.evm import hex_bytes
from agent.model import Address, Name
from agent.venues.gmx_v2 import keys
from agent.venues.gmx_v2.keys import Key, Keys, Sets
from tests.unit.venues.gmx_v2.transcript import STEP, STEPS, TRANSCRIPT, function

MARKET = Address(TRANSCRIPT["markets"]["eth"]["marketToken"])
USDC = Address(TRANSCRIPT["markets"]["eth"]["shortToken"])
TRADER = Address(TRANSCRIPT["accounts"]["trader"])
OWNER = Address(TRANSCRIPT["accounts"]["subaccountOwner"])
HOT_KEY = Address(TRANSCRIPT["accounts"]["hotKey"])


def test_keys__those_of_the_recording__are_all_in_the_table() -> None:
    recorded = {read["name"] for step in STEPS for read in step.get("reads", []) if "key" in read}
    assert len(recorded) == 68
    assert recorded <= set(vars(Keys))


def test_position_key__of_a_recorded_position__is_what_the_reader_says() -> None:
    view = function("Reader.getAccountPositionInfoList")
    for wire in view.outputs_of(hex_bytes(STEP["two.infoList"]["result"]))["0"]:
        position = wire["position"]
        named = (*position["addresses"].values(), position["flags"]["isLong"])
        assert keys.position_key(*named) == wire["positionKey"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (keys.CONTROLLER, "97adf037b2472f4a6a9825eff7d2dd45e37f2dc308df2a260d6a72af4189a65b"),
        (keys.ROUTER_PLUGIN, "c82e6cc76072f8edb32d42796e58e13ab6e145524eb6b36c073be82f20d410f3"),
        (keys.ORDER_KEEPER, "40a07f8f0fc57fcf18b093d96362a8e661eaac7b7e6edbf66f242111f83a6794"),
        (keys.LIQUIDATION_KEEPER, "556c788ffc0574ec93966d808c170833d96489c9c58f5bcb3dadf711ba28720e"),
        (keys.FROZEN_ORDER_KEEPER, "cb6c7bc0d25d73c91008af44527b80c56dee4db8965845d926a25659a4a8bc07"),
        (keys.ADL_KEEPER, "b37d64edaeaf5e634c13682dbd813f5a12fec9eb4f74433a089e7a3c3289af91"),
        (keys.SUBACCOUNT_ORDER_ACTION, "2a0791687fd34f2095c484a9fa4e25057d3ef79a97fcd8c61436047a7bdf4cbe"),
    ],
)
def test_constant__a_role_or_an_action__is_the_exchanges_hash(role: bytes, expected: str) -> None:
    assert role.hex() == expected


def test_set__of_markets_and_of_subaccounts__is_the_recorded_one() -> None:
    assert f"0x{Sets.MARKET_LIST().hex()}" == STEP["boot.marketListCount"]["args"]["setKey"]
    assert f"0x{Sets.SUBACCOUNT_LIST(OWNER).hex()}" == STEP["sub.none.contains"]["args"]["setKey"]


def test_key__arguments_by_name__are_those_by_place() -> None:
    assert Keys.OPEN_INTEREST(MARKET, USDC, is_long=False) == Keys.OPEN_INTEREST(MARKET, USDC, False)
    action = {"account": OWNER, "subaccount": HOT_KEY, "action_type": keys.SUBACCOUNT_ORDER_ACTION}
    assert Keys.SUBACCOUNT_EXPIRES_AT(**action) == Keys.SUBACCOUNT_EXPIRES_AT(*action.values())


def test_key__funding_bounds__have_a_form_of_each_release() -> None:
    per_market, per_side = (
        Keys.MAX_FUNDING_FACTOR_PER_SECOND(MARKET),
        Keys.MAX_FUNDING_FACTOR_PER_SECOND(MARKET, False),
    )
    assert len({per_market, per_side, Keys.MAX_FUNDING_FACTOR_PER_SECOND(MARKET, is_long=True)}) == 3


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((), {}),
        ((MARKET,), {}),
        ((MARKET, False, 1), {}),
        ((MARKET,), {"side": True}),
        ((MARKET, True), {"is_long": 1}),
    ],
)
def test_key__other_arguments_than_it_has__is_refused(args: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="MAX_OPEN_INTEREST does not take"):
        Keys.MAX_OPEN_INTEREST(*args, **named)


def test_key__read_at_the_store__asks_for_its_entry_and_decodes_it() -> None:
    store = Address(TRANSCRIPT["contracts"]["DataStore"]["address"])
    [expires] = [
        read
        for step in STEPS
        for read in step.get("reads", [])
        if read.get("name") == "SUBACCOUNT_EXPIRES_AT" and read["decoded"] != "0"
    ][:1]
    asked = Keys.SUBACCOUNT_EXPIRES_AT.at(
        Name("arbitrum"), store, OWNER, HOT_KEY, action_type=keys.SUBACCOUNT_ORDER_ACTION
    )
    method, [call, _] = json.loads(asked.request)
    assert (method, call) == ("eth_call", {"to": expires["request"]["to"], "data": expires["request"]["data"]})
    assert asked.decode(json.dumps(expires["result"]).encode()) == int(expires["decoded"])


def test_keys__every_one__carries_the_name_that_it_is_hashed_with() -> None:
    for holder in (Keys, Sets):
        for name, key in vars(holder).items():
            if isinstance(key, Key):
                assert key.name == name
