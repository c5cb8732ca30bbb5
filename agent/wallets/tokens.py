"""Which coins there are: the packaged registry, and how one coin is worth more than one of its underlying."""

import difflib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeAlias

from agent.errors import ConfigError
from agent.model import Address, Name, value

RateKind: TypeAlias = Literal[
    "one", "stEthPerToken", "getExchangeRate", "exchangeRate", "getRate", "convertToAssets", "feed"
]
"""The token's own method by its name; a feed beside it; or none, where one is worth one."""


@value
class RateFeed:
    """An aggregator of units of the underlying for one token."""

    address: Address
    decimals: int
    max_age_s: int


@value
class Token:
    """One coin on one chain; without an address it is the chain's own."""

    symbol: str
    address: Address | None
    decimals: int
    underlying: Name
    rate: RateKind = "one"
    rate_decimals: int = 18
    """Of the rate's answer; for convertToAssets those of the vault's asset."""
    feed: RateFeed | None = None


def tokens_for(chain: Name, chain_id: int, symbols: Sequence[str], own: Mapping[str, Token]) -> tuple[Token, ...]:
    """The coins of a wallet by symbol. `own` are those that the configuration defines for this chain: they win."""
    return tuple(_token(chain, chain_id, symbol, own) for symbol in symbols)


def _token(chain: Name, chain_id: int, symbol: str, own: Mapping[str, Token]) -> Token:
    token = own.get(symbol) or _registry().get((chain_id, symbol))
    if token is None:
        raise ConfigError(_unknown(chain, chain_id, symbol, own))
    if token.rate == "feed" and token.feed is None:
        raise ConfigError(
            f"{symbol} on {chain} does not carry its own rate: define it in a table [chains.{chain}.tokens.{symbol}] "
            f'with rate = "feed" and a rate feed. Its own address is {token.address}'
        )
    return token


def coin_of(chain_id: int) -> str | None:
    """The symbol of the chain's own coin, where the registry names it."""
    return next(
        (token.symbol for (at, _), token in _registry().items() if (at, token.address) == (chain_id, None)), None
    )


def _unknown(chain: Name, chain_id: int, symbol: str, own: Mapping[str, Token]) -> str:
    known = sorted({*own, *(listed for at, listed in _registry() if at == chain_id)})
    by_folded = {name.casefold(): name for name in known}
    near = [by_folded[name] for name in difflib.get_close_matches(symbol.casefold(), by_folded)]
    hint = f"Did you mean {' or '.join(near)}? " if near else f"Known there: {', '.join(known) or 'none'}. "
    return (
        f"there is no token {symbol} on {chain} (chain id {chain_id}). {hint}"
        f"Any other is defined in a table [chains.{chain}.tokens.{symbol}] with address, decimals and underlying"
    )


@cache
def _registry() -> Mapping[tuple[int, str], Token]:
    """By chain id and symbol. The file names the list that its addresses are from."""
    raw = json.loads(resources.files("agent.wallets").joinpath("registry.json").read_text())
    coins = [(int(chain_id), _coin(symbol)) for symbol, ids in raw["coins"].items() for chain_id in ids]
    tokens = [(entry["chain_id"], _listed(entry)) for entry in raw["tokens"]]
    return {(chain_id, token.symbol): token for chain_id, token in (*coins, *tokens)}


def _coin(symbol: str) -> Token:
    return Token(symbol=symbol, address=None, decimals=18, underlying=Name(symbol))


def _listed(entry: Mapping[str, Any]) -> Token:
    return Token(
        symbol=entry["symbol"],
        address=Address(entry["address"]),
        decimals=entry["decimals"],
        underlying=Name(entry["underlying"]),
        rate=entry.get("rate", "one"),
    )
