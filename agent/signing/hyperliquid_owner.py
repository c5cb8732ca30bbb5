"""What only the owner of a Hyperliquid account signs: as EIP-712 data for a wallet, or with a test key.

No agent key can sign these: collateral leaves, or a key is let in, by the owner's own hand. From the exchange's
documentation, user-signed actions.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from agent.errors import Refused
from agent.firewall import Rule
from agent.model import Address
from agent.signing.body import spelled
from agent.signing.keys import Key
from agent.signing.typed import NOWHERE, Fields, Signature, TypedData, recovered, sign, typed_data

Action: TypeAlias = Mapping[str, Any]

CHAIN = {"mainnet": "Mainnet", "testnet": "Testnet"}
WALLET_CHAIN = {"mainnet": 42161, "testnet": 421614}
"""Which chain a wallet must be on to sign: any will do for the exchange, these are its own choice."""
MAX_VALID_DAYS = 180
LONGEST_NAME = 16

_PREFIX = "HyperliquidTransaction:"
_KINDS: Mapping[str, tuple[str, Fields]] = {
    "approveAgent": ("ApproveAgent", (("agentAddress", "address"), ("agentName", "string"), ("nonce", "uint64"))),
    "usdSend": ("UsdSend", (("destination", "string"), ("amount", "string"), ("time", "uint64"))),
    "withdraw3": ("Withdraw", (("destination", "string"), ("amount", "string"), ("time", "uint64"))),
    "spotSend": (
        "SpotSend",
        (("destination", "string"), ("token", "string"), ("amount", "string"), ("time", "uint64")),
    ),
    "usdClassTransfer": ("UsdClassTransfer", (("amount", "string"), ("toPerp", "bool"), ("nonce", "uint64"))),
    "sendAsset": (
        "SendAsset",
        (
            *((name, "string") for name in ("destination", "sourceDex", "destinationDex", "token", "amount")),
            ("fromSubAccount", "string"),
            ("nonce", "uint64"),
        ),
    ),
    "userSetAbstraction": (
        "UserSetAbstraction",
        (("user", "address"), ("abstraction", "string"), ("nonce", "uint64")),
    ),
    "approveBuilderFee": (
        "ApproveBuilderFee",
        (("maxFeeRate", "string"), ("builder", "address"), ("nonce", "uint64")),
    ),
}
"""By the action's type: the name of what is signed, and its fields in order after the network's."""


def owner_action(kind: str, network: str, chain_id: int | None = None, **fields: object) -> Action:
    """As it is posted. Addresses and amounts are what the caller gives: lower case, plain decimal strings."""
    chain = WALLET_CHAIN[network] if chain_id is None else chain_id
    return {"type": kind, "signatureChainId": hex(chain), "hyperliquidChain": CHAIN[network], **fields}


def approve_agent(
    network: str, agent: Address, name: str, until_ms: int, nonce: int, chain_id: int | None = None
) -> Action:
    """Lets `agent` trade until then. A name that is in use already loses the key that had it."""
    named = f"{name} valid_until {until_ms}"
    return owner_action("approveAgent", network, chain_id, agentAddress=agent.lower(), agentName=named, nonce=nonce)


def owner_data(action: Action) -> TypedData:
    """What the wallet shows and signs. Refused for an action that no owner signs."""
    if action.get("type") not in _KINDS:
        raise Refused(Rule.METHOD, action.get("type"), ", ".join(_KINDS))
    primary, fields = _KINDS[action["type"]]
    fields = (("hyperliquidChain", "string"), *fields)
    domain = {
        "name": "HyperliquidSignTransaction",
        "version": "1",
        "chainId": int(action["signatureChainId"], 16),
        "verifyingContract": NOWHERE,
    }
    message = {name: action.get(name, "") if name == "agentName" else action[name] for name, _ in fields}
    return typed_data(_PREFIX + primary, fields, domain, message)


def action_of(data: Any) -> Action:
    """The action back from what the wallet was given. Refused where it is anything else."""
    try:
        kind = next(kind for kind, (name, _) in _KINDS.items() if data["primaryType"] == _PREFIX + name)
        action = {"type": kind, "signatureChainId": hex(data["domain"]["chainId"]), **data["message"]}
        understood = owner_data(action) == data
    except (KeyError, TypeError, StopIteration):
        understood = False
    if not understood:
        raise Refused(Rule.METHOD, "not a message that an owner signs", ", ".join(_KINDS))
    return {name: each for name, each in action.items() if each or name != "agentName"}


def signed_by_owner(action: Action, key: Key) -> bytes:
    """Signed with a key that we hold, and read back, ready to be posted."""
    signature = sign(owner_data(action), key)
    if signer_of(action, signature) != key.address:
        raise Refused(Rule.SIGNATURE, f"{action['type']}: the signature is not that of {key.address}")
    return owner_body(action, signature)


def signer_of(action: Action, signature: Signature) -> Address:
    return recovered(owner_data(action), signature)


def owner_body(action: Action, signature: Signature) -> bytes:
    """Without an account and an expiry: what an owner signs knows neither."""
    nonce = action["nonce"] if "nonce" in action else action["time"]
    signed = {"action": action, "nonce": nonce, "signature": signature.spelled()}
    return spelled({**signed, "vaultAddress": None, "expiresAfter": None})
