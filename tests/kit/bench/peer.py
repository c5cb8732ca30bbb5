"""The reads of one hedgekeeper cycle as a plain web3.py script makes them. Imports nothing of ours.

    python peer.py CONFIG ABIS            one call after the other
    python peer.py CONFIG ABIS --batched  with web3.py's own batches

As good as such a script gets: on one connection, each token asked for its decimals and its rate once, and no
arithmetic, no journal and no checks afterwards. The chain id is cached: by default web3.py asks for it twice more
with each contract call. Pinned to a block's number, not to its hash as ours is: by hash web3.py asks for the block
with each contract call, and cannot batch them.
"""

import json
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.types import RPCEndpoint

Call: TypeAlias = Callable[[], Any]
_CACHED = RPCEndpoint("eth_chainId")
_FUNDING_S = 900
_WHOLE_SHARE = 10**18


class Script:
    """CONFIG is hedgekeeper's, for the addresses; ABIS holds an ABI for each contract and token by name."""

    def __init__(self, config: Path, abis: Path, *, batched: bool) -> None:
        self.config, self.abis = tomllib.loads(config.read_text()), json.loads(abis.read_text())
        self.chain, self.venue = self.config["chains"]["local"], self.config["venues"]["perp"]
        self.operator = Web3.to_checksum_address(self.config["keys"]["operator"]["address"])
        self.web3 = Web3(
            HTTPProvider(self.chain["rpc"][0], cache_allowed_requests=True, cacheable_requests={_CACHED})
        )
        self.contract = cache(self._contract)
        self.ask = self._batched if batched else self._one_by_one

    def run(self) -> int:
        """How many questions were answered."""
        eth = self.web3.eth
        chain_id, head = self.ask([lambda: eth.chain_id, lambda: eth.get_block("latest")])
        if chain_id != self.chain["id"]:
            raise SystemExit("another chain")
        self.pin = head["number"]
        return len(self.ask([*self._lane(), *self._wallets(), *self._prices(), *self._account(), *self._market()]))

    def _one_by_one(self, calls: Sequence[Call]) -> list[Any]:
        return [call() for call in calls]

    def _batched(self, calls: Sequence[Call]) -> list[Any]:
        with self.web3.batch_requests() as batch:
            for call in calls:
                batch.add(call())
            return list(batch.execute())

    def _contract(self, name: str, address: str) -> Contract:
        return self.web3.eth.contract(address=Web3.to_checksum_address(address), abi=self.abis[name])

    def _read(self, name: str, address: str, method: str, *args: Any) -> Call:
        question = self.contract(name, address).functions[method](*args)
        return lambda: question.call(block_identifier=self.pin)

    def _balance(self, address: str) -> Call:
        return lambda: self.web3.eth.get_balance(Web3.to_checksum_address(address), self.pin)

    def _lane(self) -> Iterator[Call]:
        eth = self.web3.eth
        yield lambda: eth.get_block("pending")
        yield lambda: eth.get_transaction_count(self.operator, self.pin)
        yield lambda: eth.get_transaction_count(self.operator, "pending")
        yield self._balance(self.operator)

    def _wallets(self) -> Iterator[Call]:
        held: set[str] = set()
        for wallet in self.config["wallets"].values():
            held |= set(wallet["assets"])
            for symbol in wallet["assets"]:
                yield self._holding(symbol, wallet["address"])
        for symbol in sorted(held - {"ETH"}):
            yield from self._token(symbol)

    def _holding(self, symbol: str, owner: str) -> Call:
        if symbol == "ETH":
            return self._balance(owner)
        return self._read(symbol, self.chain["tokens"][symbol]["address"], "balanceOf", owner)

    def _token(self, symbol: str) -> Iterator[Call]:
        token = self.chain["tokens"][symbol]
        yield self._read(symbol, token["address"], "decimals")
        if rate := token.get("rate"):
            shares = (_WHOLE_SHARE,) if rate == "convertToAssets" else ()
            yield self._read(symbol, token["address"], rate, *shares)

    def _prices(self) -> Iterator[Call]:
        for price in self.config["prices"].values():
            for method in ("latestRoundData", "decimals"):
                yield self._read("Aggregator", price["feed"], method)

    def _account(self) -> Iterator[Call]:
        account, collateral, at = self.venue["account"], self.venue["collateral"], self.venue["contracts"]
        for ratio in ("getImRatio", "getMmRatio", "getMaxFundingRate", "getTwapInterval"):
            yield self._read("ClearingHouseConfig", at["clearing_house_config"], ratio)
        yield self._read("ClearingHouse", at["clearing_house"], "paused")
        yield self._read("Vault", at["vault"], "paused")
        yield self._read("Vault", at["vault"], "getAccountValue", account)
        yield self._read("Vault", at["vault"], "getFreeCollateralByToken", account, collateral)
        yield self._read("Vault", at["vault"], "getFreeCollateral", account)
        yield self._read("USDC", collateral, "balanceOf", self.operator)
        yield self._read("USDC", collateral, "decimals")
        yield self._read("DelegateApproval", at["delegate_approval"], "canOpenPositionFor", account, self.operator)
        yield self._read("AccountBalance", at["account_balance"], "getBaseTokens", account)
        yield self._read("AccountBalance", at["account_balance"], "hasOrder", account)

    def _market(self) -> Iterator[Call]:
        market, account, at = self.venue["markets"]["ETH"], self.venue["account"], self.venue["contracts"]
        base = market["base_token"]
        for method in ("getTakerPositionSize", "getTakerOpenNotional"):
            yield self._read("AccountBalance", at["account_balance"], method, account, base)
        yield self._read("AccountBalance", at["account_balance"], "getMarkPrice", base)
        yield self._read("BaseToken", base, "isOpen")
        for interval in (0, _FUNDING_S):
            yield self._read("BaseToken", base, "getIndexPrice", interval)
        yield self._read("Exchange", at["exchange"], "getSqrtMarketTwapX96", base, _FUNDING_S)
        yield self._read("Exchange", at["exchange"], "getMaxTickCrossedWithinBlock", base)
        yield self._read("MarketRegistry", at["market_registry"], "getMarketInfoByTrader", account, base)
        for method in ("slot0", "liquidity"):
            yield self._read("UniswapV3Pool", market["pool"], method)


if __name__ == "__main__":
    config, abis, *options = sys.argv[1:]
    print(Script(Path(config), Path(abis), batched="--batched" in options).run(), "questions answered")
