"""What every part of this venue is given."""

from agent.model import Address, Lane, Name, value
from agent.units import Base, Price, Ratio, Usd
from agent.venues.gmx_v2.layouts import Layout, layout_of
from agent.venues.gmx_v2.settings import ContractSettings, GmxV2Settings, MarketSettings

USD = 30
"""Decimals of US dollars and of factors: 1e30 is one dollar, or 100 %."""
ONE = 10**30
LATENCY_S = 30
"""A keeper executes an order some blocks after it was created, and prices it after that."""


@value
class Setup:
    name: Name
    lane: Lane
    chain_id: int
    operator: Address
    confirmations: int
    """Blocks on top before a transaction is final for us."""
    settings: GmxV2Settings
    siblings: frozenset[Address] = frozenset()
    """Market tokens that other venues of the configuration trade for the same account."""
    flatten: bool = False
    """Closing needs no fresh price: where there is none, the last that is known bounds it."""

    @property
    def source(self) -> Name:
        return self.settings.chain

    @property
    def tickers(self) -> Name:
        """The source that answers for the exchange's price service."""
        return Name(f"{self.name} tickers")

    @property
    def account(self) -> Address:
        return self.settings.account

    @property
    def contracts(self) -> ContractSettings:
        return self.settings.contracts

    @property
    def market(self) -> MarketSettings:
        return self.settings.market

    @property
    def layout(self) -> Layout:
        return layout_of(self.settings.version)

    @property
    def routers(self) -> tuple[Address, ...]:
        """Those that could carry our orders, newest first."""
        return self.contracts.subaccount_routers if self.delegated else self.contracts.exchange_routers

    @property
    def collateral(self) -> Address:
        return self.settings.market.short.address

    def name_of(self, collateral: Address, *, is_long: bool) -> Name:
        """Each side with each collateral is a position of its own. Ours has the market's name; the others, which can
        only have been opened by hand, have names that say what they are."""
        if collateral == self.collateral and not is_long:
            return self.market.name
        side = "long" if is_long else "short"
        return Name(f"{self.market.name} {side} on {'dollars' if collateral == self.collateral else 'coins'}")

    @property
    def delegated(self) -> bool:
        """Whether the operator trades for an account that is not its own."""
        return self.operator != self.account

    def coins(self, tokens: int) -> Base:
        """Index tokens, in their own integer."""
        return Base.from_int(tokens, self.market.index.decimals)

    def dollars(self, units: int) -> Usd:
        """Collateral, in its own integer, at one dollar each."""
        return Usd.from_int(units, self.market.short.decimals)

    def price(self, contract_price: int) -> Price:
        """Of the index token, from dollars per smallest unit times 1e30."""
        return Price.from_int(contract_price, USD - self.market.index.decimals)

    def dollars_of(self, wire: int) -> Usd:
        """From the contracts' own US dollars."""
        return Usd.from_int(wire, USD)

    def ratio(self, factor: int) -> Ratio:
        return Ratio.from_int(factor, USD)
