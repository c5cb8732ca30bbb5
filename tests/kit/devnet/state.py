"""The local chain as a value: where it is, what is deployed, who acts. Kept as JSON for the sub-commands."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from eth_typing import ChecksumAddress
from web3.contract import Contract

from agent.model.base import value
from tests.kit.devnet.chain import Chain
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.roles import Actor, Role, actor
from tests.kit.gmx.state import Gmx

FOLDER = Path(__file__).parents[3] / ".devnet"
STATE, CONFIG, JOURNAL = "state.json", "config.toml", "hedgekeeper-state"
_NONE_RUNNING = "No devnet is running: start one with scripts/devnet and leave it open."


class Kind(StrEnum):
    """The exchange on the chain or beside it, as the configuration calls it."""

    PERP_V2 = "perp-v2"
    GMX_V2 = "gmx-v2"
    HYPERLIQUID = "hyperliquid"
    BOTH = "both"
    """GMX v2 on the chain, and Hyperliquid beside it."""


_SIGNERS = {
    Kind.PERP_V2: (Role.OPERATOR,),
    Kind.GMX_V2: (Role.OPERATOR,),
    Kind.HYPERLIQUID: (Role.AGENT,),
    Kind.BOTH: (Role.OPERATOR, Role.AGENT),
}


@value
class Devnet:
    kind: Kind = Kind.PERP_V2
    url: str
    chain_id: int
    exchange: dict[str, ChecksumAddress]
    """By the contract's name; of Perp v2 one market, whose base token is BaseToken."""
    tokens: dict[str, ChecksumAddress]
    """By symbol."""
    feeds: dict[str, ChecksumAddress]
    """exchange_eth_usd and outside_eth_usd (8 decimals), usdc_usd (8), steth_eth (18)."""
    tickers: str = ""
    """URL of the exchange's price service, where it has one."""
    hyperliquid: str = ""
    """URL of the exchange beside the chain, where there is one."""

    @property
    def chain(self) -> Chain:
        return Chain(self.url)

    @property
    def signers(self) -> tuple[Role, ...]:
        """Whose keys the configuration names."""
        return _SIGNERS[self.kind]

    @property
    def has_gmx(self) -> bool:
        return self.kind in (Kind.GMX_V2, Kind.BOTH)

    @property
    def gmx(self) -> Gmx:
        """The exchange, where it is GMX's."""
        if not self.has_gmx:
            raise DevnetError(f"The exchange at {self.url} is {self.kind}, not {Kind.GMX_V2}.")
        return Gmx(url=self.url, chain_id=self.chain_id, contracts=self.exchange)

    def contract(self, name: str) -> Contract:
        return self.gmx.contract(name) if self.has_gmx else self.chain.at(name, self.exchange[name])

    def token(self, symbol: str) -> Contract:
        return self.chain.at(_CODE[symbol], self.tokens[symbol])

    def feed(self, name: str) -> Contract:
        return self.chain.at("Aggregator", self.feeds[name])

    def actor(self, role: Role) -> Actor:
        return actor(role)

    def address(self, role: Role) -> ChecksumAddress:
        return actor(role).address


_CODE = {"USDC": "Token", "WETH": "Token", "wstETH": "StakedToken", "evETH": "VaultToken"}


@contextmanager
def published(devnet: Devnet, config: str, folder: Path) -> Iterator[None]:
    """While it lasts, the sub-commands find the devnet; configuration and keys stay for the user."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / JOURNAL, ignore_errors=True)  # its chain is gone
    write_keys(devnet, folder)
    _write(folder / CONFIG, config)
    _write(folder / STATE, json.dumps(asdict(devnet), indent=2))
    try:
        yield
    finally:
        (folder / STATE).unlink(missing_ok=True)


def write_keys(devnet: Devnet, folder: Path) -> None:
    """Where the configuration looks for them."""
    for role in devnet.signers:
        _write(folder / f"{role}.key", actor(role).key)


def load(folder: Path = FOLDER) -> Devnet:
    """The running devnet. Raises DevnetError when there is none, or only what one left behind."""
    path = folder / STATE
    if not path.exists():
        raise DevnetError(_NONE_RUNNING)
    devnet = _noted(path)
    if not devnet.chain.web3.is_connected():
        raise DevnetError(f"{_NONE_RUNNING} The last one, at {devnet.url}, is gone.")
    return devnet


def _noted(path: Path) -> Devnet:
    try:
        noted = json.loads(path.read_text())
        return Devnet(**{**noted, "kind": Kind(noted["kind"])})
    except (ValueError, TypeError, KeyError) as error:
        raise DevnetError(
            f"{path} is of another version ({error!r}): start a new devnet with scripts/devnet."
        ) from None


def refuse_second(folder: Path) -> None:
    try:
        running = load(folder)
    except DevnetError:
        return
    raise DevnetError(f"One is already running at {running.url}: end it first.")


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and for nobody else's eyes."""
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text)
    os.replace(draft, path)
