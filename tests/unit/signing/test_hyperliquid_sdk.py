"""The exchange's own Python SDK signs the same: on actions that nobody thought of. For development alone."""

import copy
import json
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.message_slot import hl_lane
from agent.model import Address, Message
from agent.signing.body import Body, spelled
from agent.signing.hyperliquid import HyperliquidSigner, agent_data, connection_id
from agent.signing.hyperliquid_owner import approve_agent, owner_action, owner_data
from agent.signing.keys import CURVE_ORDER
from agent.signing.typed import sign
from tests.unit.signing.hyperliquid import URL, VENUE, key

sdk: Any = pytest.importorskip("hyperliquid.utils.signing", reason="not run: hyperliquid-python-sdk is not installed")

SDK_CHAIN = 421614
"""The SDK lets no wallet choose."""

keys = st.integers(1, CURVE_ORDER - 1).map(lambda number: number.to_bytes(32))
networks = st.sampled_from(["mainnet", "testnet"])
times = st.integers(0, 2**63 - 1)
assets = st.integers(0, 200_000_000)
numbers = st.decimals("0.00000001", "99999999", places=8).map(lambda d: format(d.normalize(), "f"))
cloids = st.binary(min_size=16, max_size=16).map(lambda raw: f"0x{raw.hex()}")
addresses = st.binary(min_size=20, max_size=20).map(lambda raw: f"0x{raw.hex()}")
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
kinds = st.one_of(
    st.sampled_from(["Gtc", "Ioc", "Alo", "FrontendMarket"]).map(lambda tif: {"limit": {"tif": tif}}),
    st.builds(
        lambda market, price, what: {"trigger": {"isMarket": market, "triggerPx": price, "tpsl": what}},
        st.booleans(),
        numbers,
        st.sampled_from(["tp", "sl"]),
    ),
)
orders = st.fixed_dictionaries(
    {"a": assets, "b": st.booleans(), "p": numbers, "s": numbers, "r": st.booleans(), "t": kinds},
    optional={"c": cloids},
)
actions = st.one_of(
    st.builds(
        lambda listed, grouping: {"type": "order", "orders": listed, "grouping": grouping},
        st.lists(orders, min_size=1, max_size=20),
        st.sampled_from(["na", "normalTpsl", "positionTpsl"]),
    ),
    st.lists(st.fixed_dictionaries({"a": assets, "o": times}), max_size=40).map(
        lambda cancels: {"type": "cancel", "cancels": cancels}
    ),
    st.lists(st.fixed_dictionaries({"asset": assets, "cloid": cloids}), max_size=5).map(
        lambda cancels: {"type": "cancelByCloid", "cancels": cancels}
    ),
    st.builds(lambda oid, order: {"type": "modify", "oid": oid, "order": order}, st.one_of(times, cloids), orders),
    st.builds(
        lambda asset, cross, leverage: {
            "type": "updateLeverage",
            "asset": asset,
            "isCross": cross,
            "leverage": leverage,
        },
        assets,
        st.booleans(),
        st.integers(1, 50),
    ),
    st.builds(
        lambda asset, ntli: {"type": "updateIsolatedMargin", "asset": asset, "isBuy": True, "ntli": ntli},
        assets,
        st.integers(-(2**63), 2**63 - 1),
    ),
    st.just({"type": "scheduleCancel"}),
    times.map(lambda at: {"type": "scheduleCancel", "time": at}),
    st.builds(lambda num, name: {"type": "dummy", "num": num, "name": name}, st.integers(-(2**63), 2**64 - 1), words),
)
envelopes = st.builds(
    lambda action, nonce, vault, expires: Body(action=action, nonce=nonce, vault=vault, expires_after=expires),
    actions,
    times,
    st.one_of(st.none(), addresses),
    st.one_of(st.none(), times),
)


def parts(theirs: Any) -> dict[str, str | int]:
    """Theirs are of no fixed length."""
    return {part: f"0x{int(theirs[part], 16):064x}" for part in ("r", "s")} | {"v": theirs["v"]}


@settings(max_examples=120, deadline=None)
@given(body=envelopes, secret=keys, network=networks)
def test_request__generated__same_hash_and_signature_as_the_sdk(body: Body, secret: bytes, network: str) -> None:
    wallet, mainnet = Account.from_key(secret), network == "mainnet"
    assert connection_id(body) == sdk.action_hash(body.action, body.vault, body.nonce, body.expires_after)
    theirs = sdk.sign_l1_action(wallet, body.action, body.vault, body.nonce, body.expires_after, mainnet)
    assert sign(agent_data(body, network), key(secret)).spelled() == parts(theirs)


@settings(max_examples=40, deadline=None)
@given(action=actions, nonce=times, expires_ms=times, vault=st.one_of(st.none(), addresses), network=networks)
def test_seal__generated_body__what_is_posted_carries_the_sdks_signature(
    action: Any, nonce: int, expires_ms: int, vault: str | None, network: str
) -> None:
    mine = key()
    raw = spelled({"action": action, "nonce": nonce, "vaultAddress": vault, "expiresAfter": expires_ms})
    lane = hl_lane(network, mine.address)
    payload = Message(lane=lane, nonce=nonce, expires_ms=expires_ms, url=URL, body=raw)
    posted = json.loads(HyperliquidSigner(key=mine, network=network).seal(VENUE, payload).raw)
    wallet = mine.secret.use(Account.from_key)
    theirs = sdk.sign_l1_action(wallet, action, vault, nonce, expires_ms, network == "mainnet")
    assert posted["signature"] == parts(theirs)
    assert list(posted["action"]) == list(action)


OWNED = {
    "usdSend": ("UsdSend", "USD_SEND_SIGN_TYPES", {"destination": addresses, "amount": numbers, "time": times}),
    "withdraw3": ("Withdraw", "WITHDRAW_SIGN_TYPES", {"destination": addresses, "amount": numbers, "time": times}),
    "spotSend": (
        "SpotSend",
        "SPOT_TRANSFER_SIGN_TYPES",
        {"destination": addresses, "token": words, "amount": numbers, "time": times},
    ),
    "usdClassTransfer": (
        "UsdClassTransfer",
        "USD_CLASS_TRANSFER_SIGN_TYPES",
        {"amount": numbers, "toPerp": st.booleans(), "nonce": times},
    ),
    "sendAsset": (
        "SendAsset",
        "SEND_ASSET_SIGN_TYPES",
        {
            "destination": addresses,
            "sourceDex": words,
            "destinationDex": words,
            "token": words,
            "amount": numbers,
            "fromSubAccount": words,
            "nonce": times,
        },
    ),
    "userSetAbstraction": (
        "UserSetAbstraction",
        "USER_SET_ABSTRACTION_SIGN_TYPES",
        {"user": addresses, "abstraction": words, "nonce": times},
    ),
}


@pytest.mark.parametrize("kind", OWNED)
@settings(max_examples=15, deadline=None)
@given(drawn=st.data(), secret=keys, network=networks)
def test_owners_action__generated__same_signature_as_the_sdk(
    kind: str, drawn: st.DataObject, secret: bytes, network: str
) -> None:
    primary, types, fields = OWNED[kind]
    given_fields = drawn.draw(st.fixed_dictionaries(fields))
    action = owner_action(kind, network, SDK_CHAIN, **given_fields)
    theirs = sdk.sign_user_signed_action(
        Account.from_key(secret),
        {"type": kind, **given_fields},
        getattr(sdk, types),
        f"HyperliquidTransaction:{primary}",
        network == "mainnet",
    )
    assert sign(owner_data(action), key(secret)).spelled() == parts(theirs)


@settings(max_examples=40, deadline=None)
@given(agent=addresses, name=words, until_ms=times, nonce=times, secret=keys, network=networks)
def test_approve_agent__generated__same_action_and_signature_as_the_sdk(
    agent: str, name: str, until_ms: int, nonce: int, secret: bytes, network: str
) -> None:
    action = approve_agent(network, Address(agent), name, until_ms, nonce, SDK_CHAIN)
    theirs = {"type": "approveAgent", "agentAddress": agent, "agentName": action["agentName"], "nonce": nonce}
    signature = sdk.sign_agent(Account.from_key(secret), theirs, network == "mainnet")  # adds what is missing
    assert theirs == dict(action)
    assert sign(owner_data(action), key(secret)).spelled() == parts(signature)


@settings(max_examples=15, deadline=None)
@given(secret=keys, builder=addresses, rate=words, nonce=times, network=networks)
def test_approve_builder_fee__generated__same_signature_as_the_sdk(
    secret: bytes, builder: str, rate: str, nonce: int, network: str
) -> None:
    fields = {"maxFeeRate": rate, "builder": builder, "nonce": nonce}
    theirs = sdk.sign_approve_builder_fee(Account.from_key(secret), copy.copy(fields), network == "mainnet")
    action = owner_action("approveBuilderFee", network, SDK_CHAIN, **fields)
    assert sign(owner_data(action), key(secret)).spelled() == parts(theirs)
