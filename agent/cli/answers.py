"""What `init` was told, and what the chain says of it. Each answer is checked when it is taken."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from agent.cli.template import render
from agent.errors import masked
from agent.fields import parse_address, parse_url
from agent.hedge.policies import POLICIES, make_policy, parameters_of
from agent.model import Address
from agent.settings import parsed
from agent.tables import ChainSettings
from agent.venues.perp_v2.pins import Discovered
from agent.wallets.tokens import Token
from agent.wiring import hedging, parts
from agent.wiring.discovery import Place, place


class Answers:
    """`take` raises ValueError or HedgekeeperError for a wrong answer, says what is wrong, and does not take it."""

    def __init__(self, folder: Path) -> None:
        self.said: dict[str, str] = {}
        self._folder = folder
        self._place: Place
        self._exchange: Discovered
        self._tokens: tuple[Token, ...] = ()
        self._feed_decimals = 8
        self._checks: Mapping[str, Callable[[str], str]] = {
            "rpc": self._rpc,
            "wallet": parse_address,
            "assets": self._assets,
            "underlying": self._underlying,
            "account": parse_address,
            "operator": self._operator,
            "keystore": _file,
            "clearing_house": self._clearing_house,
            "base_token": self._base_token,
            "feed": self._feed,
            "max_fee_gwei": self._max_fee_gwei,
            "policy": self._policy,
            "parameters": self._parameters,
        }

    def asks(self, name: str) -> bool:
        """Most policies need to be told nothing."""
        return name != "parameters" or bool(parameters_of(self.said["policy"]))

    def take(self, name: str, said: str) -> None:
        self.said[name] = self._checks[name](said)

    def text(self, path: Path) -> str:
        """The file, read back and put together as every command will do it. ConfigError where that fails."""
        held = dict.fromkeys(token.underlying for token in self._tokens)
        written = render(
            self._words(),
            self._figures(),
            {name: parse_address(pin) for name, pin in self._exchange.contracts.items()},
            [token.symbol for token in self._tokens],
            [coin for coin in held if coin != self.said["underlying"]],
            dict(_pairs(self.said["parameters"])),
        )
        settings = parsed(written, path)
        hedging.hedges(settings)
        parts.wallet_parts(settings)
        return written

    def _words(self) -> dict[str, str]:
        answered = {name: said for name, said in self.said.items() if name not in ("assets", "parameters")}
        pool = self._exchange.pools[self.said["base_token"]]
        return {**answered, "collateral": parse_address(self._exchange.collateral), "pool": parse_address(pool)}

    def _figures(self) -> dict[str, int]:
        return {
            "chain_id": self._place.chain_id,
            "collateral_decimals": self._exchange.collateral_decimals,
            "feed_decimals": self._feed_decimals,
        }

    def _rpc(self, said: str) -> str:
        self._place = place(parse_url(said), self._folder)
        return said

    def _assets(self, said: str) -> str:
        symbols = tuple(dict.fromkeys(symbol.strip() for symbol in said.split(",") if symbol.strip()))
        if not symbols:
            raise ValueError("name at least one, like ETH,WETH")
        self._tokens = self._place.tokens(symbols)
        return ",".join(symbols)

    def _underlying(self, said: str) -> str:
        known = dict.fromkeys(token.underlying for token in self._tokens)
        if said not in known:
            raise ValueError(f"the wallet holds no {said!r}; its assets count as {', '.join(known)}")
        return said

    def _operator(self, said: str) -> str:
        operator = parse_address(said)
        if operator == self.said["wallet"]:
            raise ValueError("is the wallet's own address: a hot key must not hold spot")
        return operator

    def _clearing_house(self, said: str) -> str:
        address = parse_address(said)
        self._place.exchange(address)
        return address

    def _base_token(self, said: str) -> str:
        address = parse_address(said)
        self._exchange = self._place.exchange(Address(self.said["clearing_house"]), address)
        return address

    def _feed(self, said: str) -> str:
        if not said:
            return said
        address = parse_address(said)
        self._feed_decimals = self._place.feed_decimals(address)
        return address

    def _max_fee_gwei(self, said: str) -> str:
        table = {"id": self._place.chain_id, "rpc": (self.said["rpc"],), "max_fee_gwei": said}
        try:
            ChainSettings.model_validate(table)
        except ValidationError as error:
            raise ValueError(error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")) from None
        return said

    def _policy(self, said: str) -> str:
        if said not in POLICIES:
            raise ValueError(f"there is no policy {said!r}; known: {', '.join(POLICIES)}")
        return said

    def _parameters(self, said: str) -> str:
        make_policy(self.said["policy"], _table(_pairs(said)))
        return said


def _file(said: str) -> str:
    if masked(said) != said:
        raise ValueError("is asked for the name of a file, and the key itself belongs nowhere here")
    return said


def _pairs(said: str) -> list[tuple[str, str]]:
    """signal=trend, days=50, ratios.2027-01-31=0.5"""
    cut = [piece.partition("=") for piece in said.split(",") if piece.strip()]
    return [(name.strip(), text.strip()) for name, _, text in cut]


def _table(pairs: Sequence[tuple[str, str]]) -> Mapping[str, object]:
    """As TOML reads dotted keys."""
    table: dict[str, object] = {}
    for name, text in pairs:
        outer, dot, inner = name.partition(".")
        inside = table.get(outer) if dot else None
        table[outer] = {**(inside if isinstance(inside, dict) else {}), inner: text} if dot else text
    return table
