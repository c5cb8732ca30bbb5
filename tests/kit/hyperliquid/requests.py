"""What came in at /exchange: its shape, its signer, and for whom that signer may act."""

from dataclasses import dataclass
from typing import Any

from tests.kit.hyperliquid.accounts import Account
from tests.kit.hyperliquid.canonical import L1_ACTIONS, address, canonical
from tests.kit.hyperliquid.refusals import Refused, Unreadable
from tests.kit.hyperliquid.signatures import (
    USER_ACTIONS,
    Signature,
    connection_id,
    l1_message,
    signer,
    user_message,
)
from tests.kit.hyperliquid.state import State

Json = dict[str, Any]
_CANCELS = ("cancel", "cancelByCloid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    action: Json
    """As received, keys in the order of the body."""
    nonce: int
    signature: Signature
    vault: str | None
    expires_after: int | None

    @property
    def kind(self) -> str:
        return str(self.action["type"])

    @property
    def is_user_signed(self) -> bool:
        return self.kind in USER_ACTIONS

    @property
    def is_cancel(self) -> bool:
        return self.kind in _CANCELS

    @property
    def count(self) -> int:
        """A batch of n counts n."""
        parts = self.action.get("orders") or self.action.get("cancels") or self.action.get("modifies") or []
        return max(1, len(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An envelope that was accepted."""

    action: Json
    kind: str
    nonce: int
    signer: str
    account: Account
    is_agent: bool


def envelope(body: Any) -> Envelope:
    """Raises Unreadable."""
    if not isinstance(body, dict) or not isinstance(body.get("action"), dict):
        raise Unreadable
    action = body["action"]
    kind = action.get("type")
    if not isinstance(kind, str) or (kind not in L1_ACTIONS and kind not in USER_ACTIONS):
        raise Unreadable
    vault, expires = body.get("vaultAddress"), body.get("expiresAfter")
    found = Envelope(
        action=action,
        nonce=_whole(body.get("nonce")),
        signature=_signature(body.get("signature")),
        vault=None if vault is None else address(vault),
        expires_after=None if expires is None else _whole(expires),
    )
    _check_shape(found)
    return found


def _check_shape(found: Envelope) -> None:
    if found.is_user_signed:
        user_message(found.action)
    else:
        canonical(found.action)


def _whole(given: Any) -> int:
    if type(given) is not int or not 0 <= given < 2**64:
        raise Unreadable
    return given


def _signature(given: Any) -> Signature:
    try:
        r, s, v = int(given["r"], 16), int(given["s"], 16), given["v"]
    except (KeyError, TypeError, ValueError):
        raise Unreadable from None
    if v not in (27, 28):
        raise Unreadable
    return Signature(r=r, s=s, v=v)


def signers(found: Envelope, network: str) -> list[str]:
    """One address, or two: what was signed as received, and what the exchange hashes, must have one signer."""
    if found.is_user_signed:
        return [signer(user_message(found.action), found.signature)]
    received, documented = _connection(found, found.action), _connection(found, canonical(found.action))
    hashes = [received] if received == documented else [received, documented]
    return [signer(l1_message(each, network), found.signature) for each in hashes]


def _connection(found: Envelope, action: Json) -> bytes:
    return connection_id(action, found.nonce, found.vault, found.expires_after)


def accept(state: State, found: Envelope) -> Request:
    """For whom it acts. Raises Refused: nobody's key, or a key that may not do this."""
    names = signers(found, state.network)
    masters = [_master(state, found, name) for name in names]
    if found.is_user_signed:
        _check_user_signed(state, found)
    return Request(
        action=found.action if found.is_user_signed else canonical(found.action),
        kind=found.kind,
        nonce=found.nonce,
        signer=names[0],
        account=_acting(state, masters[0], found.vault),
        is_agent=names[0] in state.agents,
    )


def _master(state: State, found: Envelope, name: str) -> Account:
    """Only the master itself signs user-signed actions; an agent is no user."""
    own = state.accounts.get(name)
    if own is not None and own.master is None:
        return own
    if found.is_user_signed:
        raise Refused(f"Must deposit before performing actions. User: {name}")
    agent = state.agent(name)
    if agent is None or agent.master not in state.accounts:
        raise Refused(f"L1 error: User or API Wallet {name} does not exist.")
    return state.accounts[agent.master]


def _check_user_signed(state: State, found: Envelope) -> None:
    """Vault and expiry are not part of what the user signs, and so nobody may add them."""
    denied = state.unknowns.denied
    if found.vault is not None or found.expires_after is not None:
        raise Refused(denied.format(what="a vault or an expiry beside a user's signature"))
    if found.action.get("hyperliquidChain") != state.network:
        raise Refused(denied.format(what="another chain"))
    if found.action[USER_ACTIONS[found.kind].nonce] != found.nonce:
        raise Refused(denied.format(what="a nonce that differs from the envelope's"))


def _acting(state: State, master: Account, vault: str | None) -> Account:
    if vault is None:
        return master
    sub = state.accounts.get(vault)
    if sub is None or sub.master != master.address:
        raise Refused(state.unknowns.denied.format(what=f"vault {vault}"))
    return sub
