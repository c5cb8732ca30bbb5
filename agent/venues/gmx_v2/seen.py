"""What one look has brought so far, handed to the parts that make figures of it."""

from agent.model import Address, value
from agent.reading import Answers
from agent.venues.gmx_v2.execution import ExecutionGas
from agent.venues.gmx_v2.prices import Priced
from agent.venues.gmx_v2.reads import AccountReads, GasReads, MarketReads, RouterReads
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import OrderProps, PositionProps


@value
class Asked:
    """The questions of the first batch."""

    account: AccountReads
    gas: GasReads
    market: MarketReads
    routers: dict[Address, RouterReads]


@value
class Seen:
    """The first batch with its answers, and the prices that everything is valued at."""

    setup: Setup
    asked: Asked
    found: Answers
    priced: Priced

    @property
    def account(self) -> AccountReads:
        return self.asked.account

    @property
    def market(self) -> MarketReads:
        return self.asked.market

    @property
    def now_s(self) -> int:
        return self.found[self.account.now].time_ms // 1000

    @property
    def held(self) -> tuple[PositionProps, ...]:
        """Our positions in this market, whatever their side and collateral."""
        return held_in(self.setup, self.found[self.account.positions])

    @property
    def managed(self) -> PositionProps | None:
        return next((each for each in self.held if self.manages(each)), None)

    @property
    def orders(self) -> tuple[tuple[bytes, OrderProps], ...]:
        """Our open orders in this market, by key."""
        every = self.found[self.account.orders]
        token = self.setup.market.token
        return tuple((each.order_key, each.order) for each in every if each.order.market == token)

    def manages(self, position: PositionProps) -> bool:
        """The one that we open and keep: a short with the market's short token as collateral."""
        return position.collateral_token == self.setup.collateral and not position.is_long

    def short_interest(self) -> int:
        return self._interest(self.found[self.market.short_by_long], self.found[self.market.short_by_short])

    def long_interest(self) -> int:
        return self._interest(self.found[self.market.long_by_long], self.found[self.market.long_by_short])

    def _interest(self, by_long: int, by_short: int) -> int:
        """A market with one token on both sides keeps it under the same key twice."""
        single = self.setup.market.long.address == self.setup.market.short.address
        return by_long if single else by_long + by_short

    def execution_gas(self) -> ExecutionGas:
        reads, found = self.asked.gas, self.found
        return ExecutionGas(
            base=found[reads.base],
            per_price=found[reads.per_price],
            multiplier=found[reads.multiplier],
            increase=found[reads.increase],
            decrease=found[reads.decrease],
        )


def held_in(setup: Setup, every: tuple[PositionProps, ...]) -> tuple[PositionProps, ...]:
    """Of the account's positions those in our market."""
    return tuple(each for each in every if each.market == setup.market.token)
