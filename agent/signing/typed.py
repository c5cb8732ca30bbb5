"""EIP-712 data: made, signed, and recovered from its signature."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from agent.errors import Refused
from agent.firewall import Rule
from agent.model import Address, value
from agent.signing.keys import Key

TypedData: TypeAlias = Mapping[str, Any]
Fields: TypeAlias = Sequence[tuple[str, str]]

NOWHERE = "0x" + 40 * "0"
"""No contract verifies these signatures."""
_DOMAIN: Fields = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)
_WORD = re.compile("0x[0-9a-f]{64}")


@value
class Signature:
    r: int
    s: int
    v: int

    def spelled(self) -> dict[str, str | int]:
        return {"r": f"0x{self.r:064x}", "s": f"0x{self.s:064x}", "v": self.v}

    @classmethod
    def read(cls, found: Any) -> "Signature":
        """Strictly what `spelled` writes."""
        if not isinstance(found, dict) or list(found) != ["r", "s", "v"] or found["v"] not in (27, 28):
            raise Refused(Rule.SIGNATURE, "not a signature: r, s and v")
        if not all(isinstance(found[part], str) and _WORD.fullmatch(found[part]) for part in ("r", "s")):
            raise Refused(Rule.SIGNATURE, "r and s are not 32 bytes each")
        return cls(r=int(found["r"], 16), s=int(found["s"], 16), v=found["v"])


def from_wallet(text: str) -> Signature:
    """As wallets print it: 65 bytes in hex, r, s and v together."""
    digits = text.strip().removeprefix("0x")
    if not re.fullmatch("[0-9a-fA-F]{130}", digits):
        raise Refused(Rule.SIGNATURE, f"{len(digits)} hex digits", "130: 65 bytes, as a wallet prints them")
    v = int(digits[128:], 16)
    return Signature(r=int(digits[:64], 16), s=int(digits[64:128], 16), v=v + 27 if v < 27 else v)


def typed_data(primary: str, fields: Fields, domain: Mapping[str, Any], message: Mapping[str, Any]) -> TypedData:
    """As wallets take it (eth_signTypedData_v4)."""
    return {
        "types": {"EIP712Domain": _named(_DOMAIN), primary: _named(fields)},
        "primaryType": primary,
        "domain": domain,
        "message": message,
    }


def _named(fields: Fields) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in fields]


def sign(data: TypedData, key: Key) -> Signature:
    """Deterministic (RFC 6979)."""
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    message = encode_typed_data(full_message=dict(data))
    signed = key.secret.use(lambda raw: Account.sign_message(message, raw))
    return Signature(r=signed.r, s=signed.s, v=signed.v)


def recovered(data: TypedData, signature: Signature) -> Address:
    """Who signed it."""
    from eth_account import Account
    from eth_account.messages import encode_typed_data

    message = encode_typed_data(full_message=dict(data))
    return Address(Account.recover_message(message, vrs=(signature.v, signature.r, signature.s)))
