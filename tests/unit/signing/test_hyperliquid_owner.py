import json
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from agent.errors import Refused
from agent.firewall import Rule
from agent.signing import hyperliquid_owner
from agent.signing.hyperliquid_owner import (
    action_of,
    approve_agent,
    owner_action,
    owner_body,
    owner_data,
    signed_by_owner,
    signer_of,
)
from agent.signing.typed import Signature, from_wallet, sign
from tests.unit.signing.hyperliquid import AGENT, key

OWNER_SECRET = keccak(text="owner's key")
OWNER = key(OWNER_SECRET)
NONCE, UNTIL_MS = 1_800_000_000_000, 1_810_000_000_000
APPROVAL = approve_agent("mainnet", AGENT, "hedge", UNTIL_MS, NONCE)


def test_approve_agent__for_a_wallet__names_network_key_and_expiry() -> None:
    data = json.loads(json.dumps(owner_data(APPROVAL)))
    assert data["primaryType"] == "HyperliquidTransaction:ApproveAgent"
    assert data["message"] == {
        "hyperliquidChain": "Mainnet",
        "agentAddress": AGENT.lower(),
        "agentName": f"hedge valid_until {UNTIL_MS}",
        "nonce": NONCE,
    }
    assert data["domain"] == {
        "name": "HyperliquidSignTransaction",
        "version": "1",
        "chainId": 42161,
        "verifyingContract": "0x" + "0" * 40,
    }
    assert [field["type"] for field in data["types"][data["primaryType"]]] == [
        "string",
        "address",
        "string",
        "uint64",
    ]


def test_approve_agent__signed_by_a_wallet__is_its_owners() -> None:
    """What a wallet does with the JSON that it is given."""
    given = json.loads(json.dumps(owner_data(APPROVAL)))
    by_wallet = Account.sign_message(encode_typed_data(full_message=given), OWNER_SECRET)
    signature = Signature(r=by_wallet.r, s=by_wallet.s, v=by_wallet.v)
    assert signer_of(APPROVAL, signature) == OWNER.address
    assert owner_body(APPROVAL, signature) == signed_by_owner(APPROVAL, OWNER)


def test_approve_agent__without_a_name__is_signed_as_empty_and_posted_without() -> None:
    unnamed = {name: each for name, each in APPROVAL.items() if name != "agentName"}
    assert owner_data(unnamed)["message"]["agentName"] == ""
    assert "agentName" not in json.loads(signed_by_owner(unnamed, OWNER))["action"]


def test_owner_body__posted__its_nonce_is_that_of_the_action() -> None:
    transfer = owner_action("usdClassTransfer", "testnet", amount="12.5", toPerp=True, nonce=NONCE)
    withdrawal = owner_action("withdraw3", "testnet", destination=AGENT.lower(), amount="1", time=NONCE + 1)
    posted = [json.loads(signed_by_owner(action, OWNER)) for action in (transfer, withdrawal)]
    assert [each["nonce"] for each in posted] == [NONCE, NONCE + 1]
    assert [each["action"]["hyperliquidChain"] for each in posted] == ["Testnet", "Testnet"]
    assert posted[0]["action"] == transfer
    assert [(each["vaultAddress"], each["expiresAfter"]) for each in posted] == [(None, None)] * 2


@pytest.mark.parametrize("network", ["mainnet", "testnet"])
def test_owner_action__of_another_network__is_another_signature(network: str) -> None:
    moved = approve_agent(network, AGENT, "hedge", UNTIL_MS, NONCE, chain_id=1)
    ours = Signature.read(json.loads(signed_by_owner(moved, OWNER))["signature"])
    other = {**moved, "hyperliquidChain": "Testnet" if network == "mainnet" else "Mainnet"}
    assert signer_of(moved, ours) == OWNER.address
    assert signer_of(other, ours) != OWNER.address


@pytest.mark.parametrize(
    "action",
    [
        APPROVAL,
        {name: each for name, each in APPROVAL.items() if name != "agentName"},
        owner_action("usdClassTransfer", "testnet", amount="12.5", toPerp=False, nonce=NONCE),
        owner_action("withdraw3", "mainnet", chain_id=1, destination=AGENT.lower(), amount="1", time=NONCE),
    ],
    ids=["named", "unnamed", "transfer", "withdrawal"],
)
def test_action_of__what_the_wallet_was_given__is_the_action_again(action: Any) -> None:
    assert action_of(json.loads(json.dumps(owner_data(action)))) == action


@pytest.mark.parametrize(
    "altered",
    [
        {"primaryType": "HyperliquidTransaction:Other"},
        {"primaryType": "HyperliquidTransaction:Withdraw"},
        {"domain": {}},
        {"domain": {**owner_data(APPROVAL)["domain"], "name": "Exchange"}},
        {"message": {}},
        {"message": {**owner_data(APPROVAL)["message"], "more": 1}},
        {"types": {}},
        {"more": 1},
    ],
    ids=str,
)
def test_action_of__anything_else__refused(altered: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=Rule.METHOD):
        action_of({**owner_data(APPROVAL), **altered})


@pytest.mark.parametrize("found", [None, [], {}, "text", 1])
def test_action_of__no_typed_data_at_all__refused(found: Any) -> None:
    with pytest.raises(Refused, match=Rule.METHOD):
        action_of(found)


@pytest.mark.parametrize("v", [0, 1, 27, 28])
def test_from_wallet__65_bytes__are_r_s_and_v(v: int) -> None:
    found = from_wallet(f" 0x{1:064x}{2:064X}{v:02x}\n")
    assert found == Signature(r=1, s=2, v=v if v > 1 else v + 27)


@pytest.mark.parametrize("text", ["", "0x", "0x" + "1" * 128, "0x" + "1" * 132, "0x" + "g" * 130])
def test_from_wallet__not_65_bytes__refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Refused, match=Rule.SIGNATURE) as found:
        from_wallet(text)
    assert "1111" not in str(found.value)


@pytest.mark.parametrize("kind", ["order", "agentSetAbstraction", None])
def test_owner_data__action_that_no_owner_signs__refused(kind: str | None) -> None:
    with pytest.raises(Refused, match=Rule.METHOD):
        owner_data({**APPROVAL, "type": kind})


def test_signed_by_owner__something_else_is_signed__refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = approve_agent("mainnet", AGENT, "hedge", UNTIL_MS + 1, NONCE)
    monkeypatch.setattr(hyperliquid_owner, "sign", lambda _, key: sign(owner_data(other), key))
    with pytest.raises(Refused, match=Rule.SIGNATURE):
        signed_by_owner(APPROVAL, OWNER)


@pytest.mark.parametrize(
    "found",
    [
        None,
        {},
        {"r": "0x1", "s": f"0x{1:064x}", "v": 27},
        {"r": f"0x{1:064x}", "s": 1, "v": 27},
        {"r": f"0x{1:064x}", "s": f"0x{1:064x}", "v": 0},
        {"s": f"0x{1:064x}", "r": f"0x{1:064x}", "v": 27},
    ],
    ids=str,
)
def test_signature__that_is_none__refused(found: Any) -> None:
    with pytest.raises(Refused, match=Rule.SIGNATURE):
        Signature.read(found)
