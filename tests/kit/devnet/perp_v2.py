"""Perpetual Protocol v2 (Curie) from its published artifacts, deployed and wired in the order it needs.

Plain implementations stand in for the proxies of the live deployment; the code that trades is the same.
"""

from decimal import Decimal
from math import isqrt

from eth_typing import ChecksumAddress
from web3.contract import Contract

from tests.kit.devnet.chain import Chain

UNISWAP_FEE = 10_000
EXCHANGE_FEE = 1_000
INSURANCE_SHARE = 100_000
MAX_UINT256 = 2**256 - 1

_FEED_TIMEOUT_S = 40 * 60
_TWAP_S = 15 * 60
_MAX_TICKS_PER_BLOCK = 1_000
_OBSERVATIONS = 300  # One per block that trades: with few of them a busy half hour forgets its start ("OLD").
_COLLATERAL_LIMITS = (5, 750_000, 500_000, 2_000, 30_000, 10_000 * 10**6, 500 * 10**6)


def sqrt_price_x96(price: Decimal) -> int:
    """Uniswap's price of an 18-decimal base in an 18-decimal quote: sqrt(price) * 2**96, rounded down."""
    return isqrt(int(price.scaleb(18)) * 2**192 // 10**18)


def deploy_perp_v2(
    chain: Chain, deployer: ChecksumAddress, *, usdc: ChecksumAddress, feed: ChecksumAddress, price: Decimal
) -> dict[str, ChecksumAddress]:
    """One market, ETH. Reads of the mark price revert until the pool has half an hour of history."""
    return _Deployment(chain, deployer).run(usdc, feed, price)


class _Deployment:
    """The contracts by name while they are wired to each other."""

    def __init__(self, chain: Chain, deployer: ChecksumAddress) -> None:
        self.chain, self.deployer = chain, deployer
        self.contracts: dict[str, Contract] = {}

    def run(self, usdc: ChecksumAddress, feed: ChecksumAddress, price: Decimal) -> dict[str, ChecksumAddress]:
        self._tokens(feed)
        self._deploy_exchange()
        self._initialize(usdc)
        self._introduce()
        self._permit()
        self._open_market(price)
        return {name: contract.address for name, contract in self.contracts.items()}

    def _new(self, name: str, *args: object) -> ChecksumAddress:
        self.contracts[name] = self.chain.deploy(name, *args, sender=self.deployer)
        return self.contracts[name].address

    def _do(self, name: str, method: str, *args: object) -> None:
        self.chain.send(self.contracts[name], method, *args, sender=self.deployer)

    def _at(self, name: str) -> ChecksumAddress:
        return self.contracts[name].address

    def _tokens(self, feed: ChecksumAddress) -> None:
        price_feed = self._new("ChainlinkPriceFeedV3", feed, _FEED_TIMEOUT_S, _TWAP_S)
        dispatcher = self._new("PriceFeedDispatcher", price_feed)
        base = self._new("BaseToken")
        self.chain.skip_nonces(self.deployer, until_address_above=base)
        self._new("QuoteToken")
        self._do("QuoteToken", "initialize", "vUSD", "vUSD")
        self._do("BaseToken", "initialize", "vETH", "vETH", dispatcher)

    def _deploy_exchange(self) -> None:
        self._new("UniswapV3Factory")
        for name in (
            "ClearingHouseConfig",
            "MarketRegistry",
            "OrderBook",
            "AccountBalance",
            "Exchange",
            "InsuranceFund",
            "Vault",
            "ClearingHouse",
            "CollateralManager",
            "DelegateApproval",
        ):
            self._new(name)

    def _initialize(self, usdc: ChecksumAddress) -> None:
        at = self._at
        config, vault, quote = at("ClearingHouseConfig"), at("Vault"), at("QuoteToken")
        exchange, balances, insurance = at("Exchange"), at("AccountBalance"), at("InsuranceFund")
        factory, registry, book = at("UniswapV3Factory"), at("MarketRegistry"), at("OrderBook")
        arguments: dict[str, tuple[object, ...]] = {
            "ClearingHouseConfig": (),
            "MarketRegistry": (factory, quote),
            "OrderBook": (registry,),
            "AccountBalance": (config, book),
            "Exchange": (registry, book, config),
            "InsuranceFund": (usdc,),
            "Vault": (insurance, config, balances, exchange),
            "ClearingHouse": (config, vault, quote, factory, exchange, balances, insurance),
            "DelegateApproval": (),
            "CollateralManager": (config, vault, *_COLLATERAL_LIMITS),
        }
        for name, values in arguments.items():
            self._do(name, "initialize", *values)

    def _introduce(self) -> None:
        self._do("Exchange", "setAccountBalance", self._at("AccountBalance"))
        self._do("OrderBook", "setExchange", self._at("Exchange"))
        self._do("InsuranceFund", "setVault", self._at("Vault"))
        self._do("AccountBalance", "setVault", self._at("Vault"))
        self._do("ClearingHouse", "setDelegateApproval", self._at("DelegateApproval"))
        self._do("Vault", "setCollateralManager", self._at("CollateralManager"))
        for name in ("MarketRegistry", "OrderBook", "Exchange", "AccountBalance", "Vault"):
            self._do(name, "setClearingHouse", self._at("ClearingHouse"))

    def _permit(self) -> None:
        self._do("ClearingHouseConfig", "setSettlementTokenBalanceCap", MAX_UINT256)
        for token in ("BaseToken", "QuoteToken"):
            self._do(token, "mintMaximumTo", self._at("ClearingHouse"))
            self._do(token, "addWhitelist", self._at("ClearingHouse"))

    def _open_market(self, price: Decimal) -> None:
        base, quote = self._at("BaseToken"), self._at("QuoteToken")
        self._do("UniswapV3Factory", "createPool", base, quote, UNISWAP_FEE)
        pool = self.contracts["UniswapV3Factory"].functions.getPool(base, quote, UNISWAP_FEE).call()
        self.contracts["UniswapV3Pool"] = self.chain.at("UniswapV3Pool", pool)
        self._do("UniswapV3Pool", "initialize", sqrt_price_x96(price))
        self._do("UniswapV3Pool", "increaseObservationCardinalityNext", _OBSERVATIONS)
        self._do("BaseToken", "addWhitelist", pool)
        self._do("QuoteToken", "addWhitelist", pool)
        self._do("MarketRegistry", "addPool", base, UNISWAP_FEE)
        self._do("MarketRegistry", "setFeeRatio", base, EXCHANGE_FEE)
        self._do("MarketRegistry", "setInsuranceFundFeeRatio", base, INSURANCE_SHARE)
        self._do("Exchange", "setMaxTickCrossedWithinBlock", base, _MAX_TICKS_PER_BLOCK)
