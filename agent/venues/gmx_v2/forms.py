"""The orders that we create, in the contracts' own figures.

An increase states dollars, and the coins follow from the price at which a keeper executes it; a decrease states
dollars at entry, rounded up, so that the coins come out exactly. The price bound is on the execution price: our own
includes the exchange's fee, which is taken from the collateral, so it is tightened by that fee.

Reductions are by nature reduce-only: a decrease larger than the position is cancelled.
"""

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR

from agent.evm import MAX_UINT256
from agent.model import Name, Protect, Trade, View, value
from agent.units import Base, Price, Ratio, Usd
from agent.venues.gmx_v2.observe import Own
from agent.venues.gmx_v2.setup import USD, Setup
from agent.venues.gmx_v2.structs import CreateOrderParams, OrderType, PositionProps

ONE = Ratio(1)


@value
class Forms:
    """From what was seen. `ceiling` is the most that the creating transaction may bid, in wei per gas."""

    setup: Setup
    view: View
    ceiling: int

    @property
    def own(self) -> Own:
        if not isinstance(self.view.own, Own):
            raise TypeError(f"{self.setup.name}: a view of another venue")
        return self.view.own

    def increase(self, trade: Trade) -> CreateOrderParams:
        return replace(
            self.top_up(),
            size_delta_usd=self._coins(trade.size) * self.own.prices.index_token_price.min,
            acceptable_price=self._contract_price(trade.worst / (ONE - self._fee(trade)), ROUND_CEILING),
        )

    def top_up(self) -> CreateOrderParams:
        """Collateral alone, at any price: nothing is traded."""
        return self._order(OrderType.MARKET_INCREASE, acceptable_price=0)

    def withdrawal(self, amount: Usd) -> CreateOrderParams:
        return replace(
            self._order(OrderType.MARKET_DECREASE, acceptable_price=MAX_UINT256),
            initial_collateral_delta_amount=amount.to_int(self.setup.market.short.decimals),
        )

    def decrease(self, trade: Trade) -> CreateOrderParams:
        """Of one position, which the trade's market names: the whole of it to the last unit, or exactly the coins."""
        position, fee = self.position(trade.market), self._fee(trade)
        least = self._contract_price(trade.worst / (ONE - fee), ROUND_CEILING)
        most = self._contract_price(trade.worst / (ONE + fee), ROUND_FLOOR)
        return replace(
            self._order(OrderType.MARKET_DECREASE, acceptable_price=least if position.is_long else most),
            initial_collateral_token=position.collateral_token,
            size_delta_usd=at_entry(position, self._coins(trade.size)),
            is_long=position.is_long,
        )

    def stop(self, stop: Protect) -> CreateOrderParams:
        """At any price once triggered: what it guards against costs more."""
        return replace(
            self._order(OrderType.STOP_LOSS_DECREASE, acceptable_price=MAX_UINT256),
            size_delta_usd=at_entry(self.position(stop.market), self._coins(stop.size)),
            trigger_price=self._contract_price(stop.trigger, ROUND_FLOOR),
            auto_cancel=True,
        )

    def held(self, market: Name) -> PositionProps | None:
        named = ((self.setup.name_of(each.collateral_token, is_long=each.is_long), each) for each in self.own.held)
        return next((each for name, each in named if name == market), None)

    def position(self, market: Name) -> PositionProps:
        held = self.held(market)
        if held is None:
            raise TypeError(f"{self.setup.name}: there is no position {market}")
        return held

    def _order(self, kind: OrderType, acceptable_price: int) -> CreateOrderParams:
        gas = self.own.gas.for_increase() if kind is OrderType.MARKET_INCREASE else self.own.gas.for_decrease()
        return CreateOrderParams(
            receiver=self.setup.account,
            cancellation_receiver=self.setup.account,
            market=self.setup.market.token,
            initial_collateral_token=self.setup.collateral,
            size_delta_usd=0,
            acceptable_price=acceptable_price,
            execution_fee=self.ceiling * gas,  # a bump must not fall short of it; what is not used comes back
            order_type=kind,
        )

    def _fee(self, trade: Trade) -> Ratio:
        return self.view.market(trade.market).fee

    def _coins(self, size: Base) -> int:
        return abs(size).to_int(self.setup.market.index.decimals)

    def _contract_price(self, price: Price, rounding: str) -> int:
        exact = price.raw.scaleb(USD - self.setup.market.index.decimals)
        return int(exact.to_integral_value(rounding))


def at_entry(position: PositionProps, coins: int) -> int:
    """Dollars at entry for that many coins, rounded up: the exchange rounds the coins of a short down."""
    return -(-coins * position.size_in_usd // position.size_in_tokens)
