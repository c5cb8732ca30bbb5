"""Call data to arguments, accepting one spelling only: what encoding those arguments gives."""

from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils.crypto import keccak

from agent.firewall.rules import Breach, Rule, breach
from agent.model.base import value


@value
class Call:
    """A method and its arguments. Addresses are lower case."""

    method: str
    args: tuple[Any, ...]


class Methods:
    """The methods of one contract that may be called: `Methods(approve=("address", "uint256"))`."""

    def __init__(self, **types: tuple[str, ...]) -> None:
        self._types = types
        self._names = {bytes(keccak(text=f"{name}({','.join(of)})")[:4]): name for name, of in types.items()}

    def read(self, data: bytes) -> Call | Breach:
        """A breach of METHOD or NOT_CANONICAL when the bytes are not such a call."""
        selector, body = data[:4], data[4:]
        method = self._names.get(selector)
        if method is None:
            return breach(Rule.METHOD, f"0x{selector.hex()}", ", ".join(self._types))
        try:
            args = decode(self._types[method], body)
            canonical = encode(self._types[method], args)
        except (DecodingError, EncodingError, OverflowError) as error:  # a length beyond any memory overflows
            return breach(Rule.NOT_CANONICAL, error, f"the encoding of {method}")
        if canonical != body:
            return breach(Rule.NOT_CANONICAL, f"{len(body)} bytes", f"the {len(canonical)} bytes of {method}")
        return Call(method=method, args=args)
