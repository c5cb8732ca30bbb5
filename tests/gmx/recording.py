"""What the real contracts did: 279 steps of GMX v2.2, and how their addresses and keys translate to ours."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak

from tests.kit.devnet.roles import Role, actor
from tests.kit.gmx.keys import key, position_key
from tests.kit.gmx.state import Gmx

_PATH = Path(__file__).parents[1] / "fixtures" / "gmx_v2_2_transcript.json.gz"
_FIRST_ORDER = "open.create"
_MOST_ORDERS = 80

ACTORS = {
    "trader": Role.ACCOUNT,
    "liquidationVictim": Role.COLD1,
    "subaccountOwner": Role.OWNER,
    "hotKey": Role.OPERATOR,
    "stranger": Role.STRANGER,
    "orderKeeper": Role.KEEPER,
    "deployerController": Role.DEPLOYER,
    "longCounterparty": Role.MAKER,
    "lp": Role.COLD2,
}
_CONTRACTS = {"MockPriceProvider": "PriceProvider"}
_UNKNOWN = ("USDT", "WBTC", "GMX")


@cache
def recording() -> dict[str, Any]:
    with gzip.open(_PATH, "rt") as file:
        found: dict[str, Any] = json.load(file)
    return found


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = recording()["steps"]
    return found


def first_nonce() -> int:
    """Of the first recorded order: its key is a hash of the store's address and a running number."""
    wanted = next(step["orderKey"] for step in steps() if step["id"] == _FIRST_ORDER)
    store = recording()["contracts"]["DataStore"]["address"]
    return next(n for n in range(1, 10_000) if _order_key(store, n) == bytes.fromhex(wanted[2:]))


class Translation:
    """From a recorded text of hexadecimal digits to the same one here."""

    def __init__(self, gmx: Gmx) -> None:
        self.addresses = _addresses(gmx)
        words = dict(_words(self.addresses, gmx))
        self._pairs = [(old.hex(), new.hex()) for old, new in words.items()]
        self._pairs += [(old[2:].lower(), new[2:].lower()) for old, new in self.addresses.items()]

    def __call__(self, text: str) -> str:
        text = text.lower()
        for old, new in self._pairs:
            text = text.replace(old, new)
        return text


def _addresses(gmx: Gmx) -> dict[str, str]:
    known = recording()
    found = {known["accounts"][label]: str(actor(role).address) for label, role in ACTORS.items()}
    for label, contract in known["contracts"].items():
        if label not in _UNKNOWN:
            found[contract["address"]] = gmx.at(_CONTRACTS.get(label, label))
    found[known["markets"]["eth"]["marketToken"]] = gmx.at("EthMarket")
    found[swap_market()] = gmx.at("SwapMarket")
    handler = next(step for step in steps() if step["id"] == "boot.oh.swapHandler")
    return found | {handler["decoded"]["0"]: gmx.at("SwapHandler")}


def markets() -> list[dict[str, ChecksumAddress]]:
    """All that the real exchange listed, in its order."""
    found: list[dict[str, ChecksumAddress]] = next(s for s in steps() if s["id"] == "boot.markets")["decoded"]["0"]
    return found


def swap_market() -> ChecksumAddress:
    return next(market["marketToken"] for market in markets() if int(market["indexToken"], 16) == 0)


def _words(addresses: dict[str, str], gmx: Gmx) -> Iterator[tuple[bytes, bytes]]:
    yield from _order_keys(gmx)
    yield from _stored_keys(addresses)
    known = recording()
    collaterals = [known["contracts"][token]["address"] for token in ("WETH", "USDC")]
    market = known["markets"]["eth"]["marketToken"]
    for account in (known["accounts"][label] for label in ACTORS):
        for collateral in collaterals:
            for side in (True, False):
                theirs = (account, market, collateral)
                ours = (addresses[account], addresses[market], addresses[collateral])
                yield position_key(*theirs, side), position_key(*ours, side)
        for text in ("ACCOUNT_POSITION_LIST", "ACCOUNT_ORDER_LIST", "SUBACCOUNT_LIST"):
            yield key(text, account), key(text, addresses[account])


def _order_keys(gmx: Gmx) -> Iterator[tuple[bytes, bytes]]:
    store, first = recording()["contracts"]["DataStore"]["address"], first_nonce()
    for nonce in range(first, first + _MOST_ORDERS):
        yield _order_key(store, nonce), _order_key(gmx.at("DataStore"), nonce)


def _order_key(store: str, nonce: int) -> bytes:
    return keccak(encode(["address", "uint256"], [store, nonce]))


def _stored_keys(addresses: dict[str, str]) -> Iterator[tuple[bytes, bytes]]:
    """Every key of the data store that the recording reads, hashed again from our addresses."""
    for read in (read for step in steps() for read in step.get("reads", []) if "key" in read):
        types, given = read["preimage"]["types"][1:], read["preimage"]["args"]
        theirs = [_typed(kind, argument) for kind, argument in zip(types, given, strict=True)]
        ours = [addresses.get(one, one) if isinstance(one, str) else one for one in theirs]
        yield key(read["name"], *theirs), key(read["name"], *ours)


def _typed(kind: str, argument: Any) -> Any:
    if kind.startswith("uint"):
        return int(argument)
    return bytes.fromhex(argument[2:]) if kind.startswith("bytes") else argument
