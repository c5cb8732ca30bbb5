"""A key that signs requests: an owner, an agent or a stranger who is not the client under test."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage

from tests.kit.hyperliquid.signatures import USER_ACTIONS, connection_id, l1_message, user_message

SIGNATURE_CHAIN = "0x66eee"


@dataclass(frozen=True)
class Wallet:
    key: str
    network: str = "Testnet"

    @cached_property
    def address(self) -> str:
        return str(Account.from_key(self.key).address).lower()

    def l1(
        self, action: dict[str, Any], nonce: int, *, vault: str | None = None, expires_after: int | None = None
    ) -> dict[str, Any]:
        """The body for /exchange; the action is signed as it is."""
        message = l1_message(connection_id(action, nonce, vault, expires_after), self.network)
        return self._body(action, nonce, message) | {"vaultAddress": vault, "expiresAfter": expires_after}

    def by_user(self, action: dict[str, Any], nonce: int) -> dict[str, Any]:
        """The body of a user-signed action, with chain and nonce filled in."""
        whole = {
            "type": action["type"],
            "signatureChainId": SIGNATURE_CHAIN,
            "hyperliquidChain": self.network,
            USER_ACTIONS[action["type"]].nonce: nonce,
        } | action
        return self._body(whole, nonce, user_message(whole))

    def _body(self, action: dict[str, Any], nonce: int, message: SignableMessage) -> dict[str, Any]:
        signed = Account.sign_message(message, self.key)
        signature = {"r": f"0x{signed.r:064x}", "s": f"0x{signed.s:064x}", "v": signed.v}
        return {"action": action, "nonce": nonce, "signature": signature}
