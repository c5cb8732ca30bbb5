"""Keys of the data store: a name, hashed, and hashed again with its arguments."""

from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak


def name(text: str) -> bytes:
    """keccak256(abi.encode(text)): of a role, or of a key without arguments."""
    return keccak(encode(["string"], [text]))


def key(text: str, *arguments: Any) -> bytes:
    """Addresses are given as text, booleans, whole numbers and 32 bytes as themselves."""
    if not arguments:
        return name(text)
    return keccak(encode(["bytes32", *map(_type, arguments)], [name(text), *arguments]))


def position_key(account: str, market: str, collateral: str, is_long: bool) -> bytes:
    return keccak(encode(["address", "address", "address", "bool"], [account, market, collateral, is_long]))


def _type(argument: Any) -> str:
    if isinstance(argument, bool):
        return "bool"
    return {str: "address", int: "uint256", bytes: "bytes32"}[type(argument)]
