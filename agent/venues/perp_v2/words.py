"""What a call to this exchange does, in words, read back from its bytes: for the journal and for who is to sign it.

Decides nothing. Each of these arguments is one word of 32 bytes, so that no decoder has to be loaded for a list.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from agent.model import Name
from agent.model.words import coins, price, usd
from agent.units import Base, Price, Usd
from agent.venues.told import Told

if TYPE_CHECKING:
    from agent.venues.perp_v2.settings import PerpV2Settings

_WAD = 18


def told(settings: "PerpV2Settings", data: bytes) -> Told | None:
    """None for what is no such call."""
    words = [int.from_bytes(data[at : at + 32], "big") for at in range(4, len(data), 32)]
    reader = READERS.get(data[:4].hex())
    try:
        return reader(settings, words) if reader else None
    except (LookupError, ValueError, ArithmeticError):
        return None


def _collateral(method: str, says: str, at: int) -> "Reader":
    """`at` is the argument that says how much."""

    def read(settings: "PerpV2Settings", words: Sequence[int]) -> Told:
        amount = usd(Usd.from_int(words[at], settings.collateral_decimals))
        return Told(method=method, says=f"{says} {amount} of collateral")

    return read


def _delegation(method: str, says: str) -> "Reader":
    return lambda settings, words: Told(method=method, says=f"{says} {_address(words[0])} trade for the account")


def _opened(method: str, first: int) -> "Reader":
    """`first` is where the order begins: after the account, where one is named."""

    def read(settings: "PerpV2Settings", words: Sequence[int]) -> Told:
        base, sells, _, amount, bound, deadline, *_ = words[first:]
        size, worst = Base.from_int(amount, _WAD), Price(Decimal(bound) / amount)
        verb, most = ("sell", "no less than") if sells else ("buy", "no more than")
        says = f"{verb} {coins(size)} {_market(settings, base)} at {most} {price(worst)}"
        return Told(method=method, says=says, until_s=deadline)

    return read


def _closed(settings: "PerpV2Settings", words: Sequence[int]) -> Told:
    """It states no size, so the bound is of the whole. Which way depends on the position: both are told."""
    base, _, bound, deadline, *_ = words
    total = usd(Usd.from_int(bound, _WAD))
    says = f"close {_market(settings, base)}: a short for no more than {total} in all, a long for no less"
    return Told(method="closePosition", says=says, until_s=deadline)


def _market(settings: "PerpV2Settings", base: int) -> Name:
    names = {int(market.base_token, 16): name for name, market in settings.markets.items()}
    return names[base]


def _address(word: int) -> str:
    return f"0x{word:040x}"


Reader: TypeAlias = "Callable[[PerpV2Settings, Sequence[int]], Told]"

READERS: dict[str, Reader] = {
    "095ea7b3": _collateral("approve", "approve", 1),
    "47e7ef24": _collateral("deposit", "deposit", 1),
    "b3db428b": _collateral("depositFor", "deposit", 2),
    "f3fef3a3": _collateral("withdraw", "withdraw", 1),
    "4342e966": _delegation("approve", "let"),
    "f3ac8f12": _delegation("revoke", "no longer let"),
    "b6b1b6c3": _opened("openPosition", 0),
    "00c2473e": _opened("openPositionFor", 1),
    "00aa9a89": _closed,
}
"""By selector; a test compares them with methods.py."""
