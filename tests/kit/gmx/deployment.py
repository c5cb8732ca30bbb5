"""The contracts of the local exchange, deployed and wired in the order they need each other."""

from typing import Any

from eth_typing import ChecksumAddress
from web3.contract import Contract

from tests.kit.devnet.chain import Chain
from tests.kit.gmx.keys import key, name
from tests.kit.gmx.parameters import (
    GLOBAL_BOOLS,
    GLOBAL_UINTS,
    MARKET_UINTS,
    MAX_COLLATERAL_SUM,
    MAX_PNL_FACTORS,
    SIDE_UINTS,
)

NOBODY = "0x0000000000000000000000000000000000000000"
_CONTROLLERS = (
    "Oracle",
    "Accrual",
    "Increase",
    "Decrease",
    "OrderHandler",
    "LiquidationHandler",
    "AdlHandler",
    "ExchangeRouter",
    "SubaccountRouter",
    "SimulationRouter",
)
_KEEPER_ROLES = ("ORDER_KEEPER", "LIQUIDATION_KEEPER", "ADL_KEEPER", "FROZEN_ORDER_KEEPER")


def deploy_gmx(
    chain: Chain, deployer: ChecksumAddress, *, usdc: ChecksumAddress, keeper: ChecksumAddress
) -> dict[str, ChecksumAddress]:
    """One market that trades ETH for WETH and USDC, and one that only swaps. Pools are empty, prices unset."""
    return Deployment(chain, deployer).run(usdc, keeper)


class Deployment:
    """The contracts by name while they are wired to each other."""

    def __init__(self, chain: Chain, deployer: ChecksumAddress) -> None:
        self.chain, self.deployer = chain, deployer
        self.contracts: dict[str, ChecksumAddress] = {}

    def run(self, usdc: ChecksumAddress, keeper: ChecksumAddress) -> dict[str, ChecksumAddress]:
        self.contracts["USDC"] = usdc
        self._base(keeper)
        self._handlers()
        self._routers()
        self._readers()
        self._permit()
        self._configure()
        weth = self._at("WETH")
        self.market("EthMarket", weth, weth, usdc)
        self.market("SwapMarket", NOBODY, weth, usdc)
        for token in (weth, usdc):
            provider_key = key("ORACLE_PROVIDER_FOR_TOKEN", self._at("Oracle"), token)
            self._store("setAddress", provider_key, self._at("PriceProvider"))
        return self.contracts

    def market(self, label: str, index: str, long: str, short: str) -> None:
        market = self._new(label, self._at("RoleStore"), self._at("WETH"), code="GmxMarket")
        self._do("DataStore", "setMarket", (market, index, long, short))
        for text, setting in MARKET_UINTS.items():
            self._store("setUint", key(text, market), setting)
        for text, settings in SIDE_UINTS.items():
            for side, setting in zip((True, False), settings, strict=True):
                self._store("setUint", key(text, market, side), setting)
        for kind, setting in MAX_PNL_FACTORS.items():
            for side in (True, False):
                self._store("setUint", key("MAX_PNL_FACTOR", name(kind), market, side), setting)
        for token in (long, short):
            for side in (True, False):
                self._store("setUint", key("MAX_COLLATERAL_SUM", market, token, side), MAX_COLLATERAL_SUM)
        self._live_funding_bounds(market)

    def _live_funding_bounds(self, market: str) -> None:
        """The release after v2.2 keys them by side as well."""
        for text in ("MIN_FUNDING_FACTOR_PER_SECOND", "MAX_FUNDING_FACTOR_PER_SECOND"):
            for side in (True, False):
                self._store("setUint", key(text, market, side), MARKET_UINTS[text])

    def _base(self, keeper: ChecksumAddress) -> None:
        roles = self._new("RoleStore")
        for role in ("CONTROLLER", *_KEEPER_ROLES):
            self._do("RoleStore", "grantRole", keeper if role in _KEEPER_ROLES else self.deployer, name(role))
        store, emitter = self._new("DataStore", roles), self._new("EventEmitter", roles)
        self._new("Router", roles)
        self._new("WETH", code="GmxWrappedNative")
        self._new("OrderVault", roles, self._at("WETH"))
        self._new("PriceProvider")
        self._new("Oracle", roles, store, emitter)
        self._new("Pricing")
        self._new("ExternalHandler")
        self._new("Multicall3")
        for label in ("ReferralStorage", "SwapHandler"):
            self._new(label, code="GmxAbsent")

    def _handlers(self) -> None:
        at = self._at
        base = (at("RoleStore"), at("DataStore"), at("EventEmitter"))
        self._new("Accrual", *base)
        self._new("Increase", *base, at("Pricing"), at("OrderVault"))
        self._new("Decrease", *base, at("Pricing"))
        trade = (at("Oracle"), at("Accrual"), at("OrderVault"), at("WETH"), at("Increase"), at("Decrease"))
        self._new("OrderHandler", *base, *trade, at("ReferralStorage"), at("SwapHandler"))
        self._new("LiquidationHandler", *base, *trade)
        self._new("AdlHandler", *base, *trade)

    def _routers(self) -> None:
        at = self._at
        base = (at("RoleStore"), at("DataStore"), at("EventEmitter"), at("OrderHandler"), at("Router"))
        self._new("ExchangeRouter", *base, at("ExternalHandler"))
        self._new("SubaccountRouter", *base, at("OrderVault"))
        self._new("SimulationRouter", *base)

    def _readers(self) -> None:
        for label in ("Reader", "ReaderLive"):
            self._new(label, self._at("Pricing"))

    def _permit(self) -> None:
        for label in _CONTROLLERS:
            self._do("RoleStore", "grantRole", self._at(label), name("CONTROLLER"))
        for label in ("ExchangeRouter", "SubaccountRouter"):
            self._do("RoleStore", "grantRole", self._at(label), name("ROUTER_PLUGIN"))

    def _configure(self) -> None:
        for text, setting in GLOBAL_UINTS.items():
            self._store("setUint", key(text), setting)
        for text, switch in GLOBAL_BOOLS.items():
            self._store("setBool", key(text), switch)
        self._store("setAddress", key("WNT"), self._at("WETH"))
        self._store("setBool", key("IS_ORACLE_PROVIDER_ENABLED", self._at("PriceProvider")), True)

    def _new(self, label: str, *args: object, code: str = "") -> ChecksumAddress:
        self.contracts[label] = self.chain.deploy(code or f"Gmx{label}", *args, sender=self.deployer).address
        return self.contracts[label]

    def _do(self, label: str, method: str, *args: Any) -> None:
        self.chain.send(self._contract(label), method, *args, sender=self.deployer)

    def _store(self, method: str, *args: Any) -> None:
        self._do("DataStore", method, *args)

    def _contract(self, label: str) -> Contract:
        return self.chain.at(f"Gmx{label}", self._at(label))

    def _at(self, label: str) -> ChecksumAddress:
        return self.contracts[label]
