"""A leg as messages: one action each, so that each slot is one intent with one outcome.

A trade takes what the book has within its bound, fees included in the bound as everywhere: the order's own limit is
tightened by the taker's fee. Before the first opening the coin is set to the configured leverage and margin.
"""

from collections.abc import Iterator
from decimal import Decimal

from agent.message_slot import cloid_of
from agent.model import (
    Action,
    Cancel,
    Cannot,
    Code,
    Draft,
    Fund,
    Leg,
    Message,
    Name,
    Protect,
    Reason,
    Terms,
    Trade,
    View,
    value,
)
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid import actions
from agent.venues.hyperliquid.observe import Own
from agent.venues.hyperliquid.rounding import legal_price, legal_size
from agent.venues.hyperliquid.settings import MarketSettings
from agent.venues.hyperliquid.setup import LEAST_ORDER, TAKER_FEE, Setup
from agent.venues.hyperliquid.structs import Asset, Held

ONE = Decimal(1)
STOP_SLACK = Decimal("0.1")
"""A stop that triggers is a market order with ten percent of slack; its limit must allow that."""


def compose(setup: Setup, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
    desk = Desk(setup=setup, leg=leg, view=view, terms=terms)
    for action in leg.actions:
        if cannot := desk.cannot(action):
            return cannot
    return Draft(leg=leg, payloads=tuple(desk.messages()))


@value
class Desk:
    """One leg with everything that was seen for it."""

    setup: Setup
    leg: Leg
    view: View
    terms: Terms

    @property
    def own(self) -> Own:
        if not isinstance(self.view.own, Own):
            raise TypeError(f"{self.setup.name}: a view of another venue")
        return self.view.own

    def messages(self) -> Iterator[Message]:
        nonce = self.terms.nonce
        for action in self.leg.actions:
            for made in self._actions(action, nonce):
                yield actions.message(self.setup, made, self.terms, nonce)
                nonce += 1

    def _actions(self, action: Action, nonce: int) -> Iterator[actions.Action]:
        match action:
            case Trade():
                yield from self._trade(action, nonce)
            case Fund():
                yield self._margin(action)
            case Protect():
                yield self._stop(action, nonce)
            case Cancel(order_id=oid):
                yield actions.cancel(self._ordered(oid), int(oid))

    def _trade(self, trade: Trade, nonce: int) -> Iterator[actions.Action]:
        asset, configured = self._asset(trade.market), self.setup.settings.markets[trade.market]
        if not trade.reduce_only and self._unset(configured):
            cross = configured.margin == "cross" and not asset.isolated_only
            yield actions.leverage(asset.index, min(configured.leverage, asset.max_leverage), cross=cross)
            nonce += 1
        buys = trade.size.sign() > 0
        yield actions.order(
            asset.index,
            self._size(trade.size, asset, configured),
            self._limit(trade, asset, configured),
            buys=buys,
            reduce_only=trade.reduce_only,
            cloid=cloid_of(self.terms.lane, nonce),
        )

    def _unset(self, configured: MarketSettings) -> bool:
        """Leverage can be changed freely while there is no position; with one, it is left as it is."""
        if configured.coin in self.own.held:
            return False
        asset = self.own.assets[configured.coin]
        kind = "isolated" if asset.isolated_only else configured.margin
        return self.own.settings[configured.coin] != (kind, min(configured.leverage, asset.max_leverage))

    def _limit(self, trade: Trade, asset: Asset, configured: MarketSettings) -> Decimal:
        buys = trade.size.sign() > 0
        coins = configured.multiplier.raw
        bound = trade.worst.raw * coins / (ONE + TAKER_FEE if buys else ONE - TAKER_FEE)
        return legal_price(bound, asset.size_decimals, buys=buys)

    def _size(self, size: Base, asset: Asset, configured: MarketSettings) -> Decimal:
        return legal_size(abs(size).raw / configured.multiplier.raw, asset.size_decimals)

    def _margin(self, fund: Fund) -> actions.Action:
        _, held = self._isolated()
        return actions.isolated_margin(self.own.assets[held.coin].index, fund.amount.raw)

    def _stop(self, stop: Protect, nonce: int) -> actions.Action:
        asset, configured = self._asset(stop.market), self.setup.settings.markets[stop.market]
        coins, buys = configured.multiplier.raw, stop.size.sign() > 0
        trigger = legal_price(stop.trigger.raw * coins, asset.size_decimals, buys=buys)
        far = trigger * (ONE + STOP_SLACK if buys else ONE - STOP_SLACK)
        return actions.stop(
            asset.index,
            self._size(stop.size, asset, configured),
            trigger,
            legal_price(far, asset.size_decimals, buys=buys),
            buys=buys,
            cloid=cloid_of(self.terms.lane, nonce),
        )

    def _asset(self, market: Name) -> Asset:
        return self.own.assets[self.setup.settings.markets[market].coin]

    def _ordered(self, oid: str) -> int:
        """The asset of an open order; the exchange wants both."""
        market = next(order.market for order in self.view.orders if order.id == oid)
        return self._asset(market).index

    def _isolated(self) -> tuple[Name, Held]:
        """The one position whose own margin can be moved by the agent."""
        held = [each for each in self.own.held.values() if each.leverage.kind == "isolated" and each.size]
        known = [(found[0], each) for each in held if (found := self.setup.market_of(each.coin))]
        if len(known) != 1:
            raise LookupError
        return known[0]

    # What cannot be.

    def cannot(self, action: Action) -> Cannot | None:
        match action:
            case Trade():
                return self._cannot_trade(action)
            case Fund():
                return self._cannot_fund(action)
            case Protect():
                return self._too_small(action.market, action.size, Price(action.trigger.raw))
            case Cancel(order_id=oid):
                known = any(order.id == oid for order in self.view.orders)
                return None if known else self._refused(Code.UNSUPPORTED, f"order {oid} is not open here")
        return self._refused(Code.UNSUPPORTED, type(action).__name__)

    def _cannot_trade(self, trade: Trade) -> Cannot | None:
        position = self.view.size(trade.market)
        adds = trade.size.sign() != -position.sign() or abs(trade.size) > abs(position)
        if trade.reduce_only and adds:
            said, limit = f"reduce by {trade.size}", f"position {position}"
            reason = Reason(code=Code.WRONG_WAY, subject=trade.market, value=said, limit=limit)
            return Cannot(leg=self.leg, reason=reason)
        asset, configured = self._asset(trade.market), self.setup.settings.markets[trade.market]
        if self._limit(trade, asset, configured) <= 0:
            return self._refused(Code.UNSUPPORTED, f"{trade.worst}: no legal price that is no worse")
        return self._too_small(trade.market, trade.size, self.view.market(trade.market).mark)

    def _too_small(self, market: Name, size: Base, price: Price) -> Cannot | None:
        """The exchange takes no order below ten dollars; what is left of a position below that stays."""
        asset, configured = self._asset(market), self.setup.settings.markets[market]
        coins = self._size(size, asset, configured) * configured.multiplier.raw
        worth = Usd(coins * price.raw)
        if worth >= LEAST_ORDER:
            return None
        reason = Reason(code=Code.DUST, subject=market, value=f"{size} is worth {worth.raw:.2f} USD", limit="10 USD")
        return Cannot(leg=self.leg, reason=reason)

    def _cannot_fund(self, fund: Fund) -> Cannot | None:
        """An agent moves margin between the account's free balance and an isolated position, nothing else."""
        try:
            self._isolated()
        except LookupError:
            return self._refused(Code.OWNER, f"{fund.amount} USD: only the account itself can move collateral here")
        return None

    def _refused(self, code: Code, said: str) -> Cannot:
        return Cannot(leg=self.leg, reason=Reason(code=code, subject=self.setup.name, value=said))
