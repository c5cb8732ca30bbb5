"""A second look at positions and prices, past the exchange's API: HyperEVM's read precompiles at the pinned block.

They take encoded arguments without a selector. Prices are integers of 10^-(6 - szDecimals) USD, sizes of
10^-szDecimals coins. (The exchange's documentation, interacting with HyperCore.)
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError

from agent.errors import Mismatch, Unreadable
from agent.evm import PIN, head, hex_bytes, rpc
from agent.model import Address, Name, Stamp, value
from agent.reading import Answers, Read
from agent.venues.hyperliquid.rounding import wire
from agent.venues.hyperliquid.settings import MarketSettings
from agent.venues.hyperliquid.setup import Setup
from agent.venues.hyperliquid.structs import Account, Asset

POSITION, MARK, ORACLE = (Address(f"0x{number:040x}") for number in (0x800, 0x806, 0x807))
TOLERANCE = Decimal("0.01")
"""Of a price: the two are read some seconds apart. Positions must be equal."""
BEHIND_MS = 60_000
"""A chain that is further behind the exchange says nothing about its present state."""
_PRICE_DECIMALS = 6


@value
class OfCoin:
    size: Read[Decimal]
    mark: Read[Decimal]
    oracle: Read[Decimal]


@value
class Second:
    """Nothing where no chain is configured."""

    at: Read[Stamp] | None = None
    coins: Mapping[str, OfCoin] = field(default_factory=dict)

    def all(self) -> tuple[Read[Any], ...]:
        each = (read for coin in self.coins.values() for read in (coin.size, coin.mark, coin.oracle))
        return (self.at, *each) if self.at else ()

    def compared(
        self, found: Answers, account: Account, universe: Mapping[str, Asset]
    ) -> tuple[str | None, tuple[str, ...]]:
        """Why the two cannot both be right, and what a reader should know. What cannot be read disputes nothing."""
        if self.at is None:
            return None, ()
        try:
            behind_ms = account.time_ms - found[self.at].time_ms
            said = "; ".join(self._disputes(found, account, universe))
        except Unreadable as error:
            return None, (f"no second look at HyperEVM: {error}",)
        if behind_ms > BEHIND_MS:
            return None, (f"no second look at HyperEVM: it is {behind_ms // 1000} s behind the exchange",)
        return said or None, ()

    def _disputes(self, found: Answers, account: Account, universe: Mapping[str, Asset]) -> Iterator[str]:
        known = ((universe[coin], second) for coin, second in self.coins.items() if coin in universe)
        for asset, second in known:
            coin, held = asset.coin, account.held.get(asset.coin)
            size = held.size if held else Decimal(0)
            if found[second.size] != size:
                yield _two(f"position in {coin}", found[second.size], size)
            for name, price, read in (("mark", asset.mark, second.mark), ("oracle", asset.oracle, second.oracle)):
                if abs(found[read] - price) > TOLERANCE * price:
                    yield _two(f"{name} price of {coin}", found[read], price)


def _two(what: str, second: Decimal, first: Decimal) -> str:
    return f"the {what} is {wire(second)} on HyperEVM and {wire(first)} at the exchange"


def reads(setup: Setup) -> Second:
    source = setup.settings.chain
    if source is None:
        return Second()
    markets = setup.settings.markets.values()
    return Second(at=head(source), coins={each.coin: _coin(source, setup.account, each) for each in markets})


def _coin(source: Name, account: Address, market: MarketSettings) -> OfCoin:
    decimals = market.size_decimals - _PRICE_DECIMALS
    return OfCoin(
        size=_at(source, POSITION, _POSITION, -market.size_decimals, address=account, uint16=market.asset),
        mark=_at(source, MARK, _PRICE, decimals, uint32=market.asset),
        oracle=_at(source, ORACLE, _PRICE, decimals, uint32=market.asset),
    )


_POSITION = ("int64", "uint64", "int64", "uint32", "bool")
"""szi, entryNtl, isolatedRawUsd, leverage, isIsolated."""
_PRICE = ("uint64",)


def _at(source: Name, to: Address, outputs: tuple[str, ...], scale: int, **arguments: object) -> Read[Decimal]:
    """The first of its answers, as a decimal; `arguments` by their types."""
    call = {"to": to, "data": "0x" + encode(list(arguments), list(arguments.values())).hex()}
    return rpc(source, "eth_call", call, PIN, decode=_decoder(to, outputs, scale))


def _decoder(to: Address, outputs: tuple[str, ...], scale: int) -> Callable[[str], Decimal]:
    def decoded(raw: str) -> Decimal:
        if not (answer := hex_bytes(raw)):
            raise Mismatch(f"{to} answered nothing: is this chain HyperEVM?")
        try:
            return Decimal(decode(outputs, answer)[0]).scaleb(scale)
        except DecodingError as error:
            raise ValueError(f"{to}: {error}") from error

    return decoded
