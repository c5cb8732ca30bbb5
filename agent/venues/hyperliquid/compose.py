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
from agent.venues.hyperliquid import actions, funding
from agent.venues.hyperliquid.facts import Facts, facts_of
from agent.venues.hyperliquid.rounding import legal_price, legal_size
from agent.venues.hyperliquid.settings import MarketSettings
from agent.venues.hyperliquid.setup import LEAST_ORDER, TAKER_FEE, Setup
from agent.venues.hyperliquid.structs import Asset
from agent.venues.hyperliquid.traces import trace

ONE = Decimal(1)
STOP_SLACK = Decimal("0.1")
"""A stop that triggers is a market order with ten percent of slack; its limit must allow that."""


def compose(setup: Setup, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
    desk = Desk(setup=setup, leg=leg, view=view, terms=terms)
    for action in leg.actions:
        if cannot := desk.cannot(action):
            return cannot
    return Draft(leg=leg, payloads=tuple(desk.messages()))


def limit_of(trade: Trade, configured: MarketSettings) -> Decimal:
    """The order's own, in the exchange's coins; 0 where no legal price is as good as the trade's bound."""
    buys = trade.size.sign() > 0
    bound = trade.worst.raw * configured.multiplier.raw / (ONE + TAKER_FEE if buys else ONE - TAKER_FEE)
    return legal_price(bound, configured.size_decimals, buys=buys)


def coins_of(size: Base, configured: MarketSettings) -> Decimal:
    """Without its sign, never more than asked."""
    return legal_size(abs(size).raw / configured.multiplier.raw, configured.size_decimals)


@value
class Desk:
    """One leg with everything that was seen for it."""

    setup: Setup
    leg: Leg
    view: View
    terms: Terms

    @property
    def facts(self) -> Facts:
        return facts_of(self.view)

    def messages(self) -> Iterator[Message]:
        """Collateral first: it is seen to have come by what the position was when it was looked at."""
        nonce = self.terms.nonce
        for action in sorted(self.leg.actions, key=lambda each: not isinstance(each, Fund)):
            for made in self._actions(action, nonce):
                yield actions.message(self.setup, made, self.terms, nonce, self._before(action))
                nonce += 1

    def _before(self, action: Action) -> str:
        moved = funding.move(self.setup, self.view, self.leg, action) if isinstance(action, Fund) else None
        return trace(self.facts.held.get(moved[0])) if moved else ""

    def _actions(self, action: Action, nonce: int) -> Iterator[actions.Action]:
        match action:
            case Trade():
                yield from self._trade(action, nonce)
            case Fund():
                if moved := funding.move(self.setup, self.view, self.leg, action):
                    yield actions.isolated_margin(self.facts.universe[moved[0]].index, moved[1])
            case Protect():
                yield self._stop(action, nonce)
            case Cancel(order_id=oid):
                yield actions.cancel(self._ordered(oid), int(oid))

    def _trade(self, trade: Trade, nonce: int) -> Iterator[actions.Action]:
        asset, configured = self._asset(trade.market), self._configured(trade.market)
        if self._first_opening(trade) and self._unset(asset, configured):
            leverage = min(configured.leverage, asset.max_leverage)
            yield actions.leverage(asset.index, leverage, cross=configured.margin == "cross")
            nonce += 1
        yield actions.order(
            asset.index,
            coins_of(trade.size, configured),
            limit_of(trade, configured),
            buys=trade.size.sign() > 0,
            reduce_only=trade.reduce_only,
            cloid=cloid_of(self.terms.lane, nonce),
        )

    def _first_opening(self, trade: Trade) -> bool:
        openings = (each for each in self.leg.actions if isinstance(each, Trade) and not each.reduce_only)
        return next((each for each in openings if each.market == trade.market), None) is trade

    def _unset(self, asset: Asset, configured: MarketSettings) -> bool:
        """Leverage can be changed freely while there is no position; with one, it is left as it is."""
        if asset.coin in self.facts.held:
            return False
        return self.facts.settings[asset.coin] != (configured.margin, min(configured.leverage, asset.max_leverage))

    def _stop(self, stop: Protect, nonce: int) -> actions.Action:
        asset, configured = self._asset(stop.market), self._configured(stop.market)
        coins, buys = configured.multiplier.raw, stop.size.sign() > 0
        trigger = legal_price(stop.trigger.raw * coins, asset.size_decimals, buys=buys)
        far = trigger * (ONE + STOP_SLACK if buys else ONE - STOP_SLACK)
        return actions.stop(
            asset.index,
            coins_of(stop.size, configured),
            trigger,
            legal_price(far, asset.size_decimals, buys=buys),
            buys=buys,
            cloid=cloid_of(self.terms.lane, nonce),
        )

    def _configured(self, market: Name) -> MarketSettings:
        return self.setup.settings.markets[market]

    def _asset(self, market: Name) -> Asset:
        return self.facts.universe[self._configured(market).coin]

    def _ordered(self, oid: str) -> int:
        """The asset of an open order; the exchange wants both."""
        market = next(order.market for order in self.view.orders if order.id == oid)
        return self._asset(market).index

    # What cannot be.

    def cannot(self, action: Action) -> Cannot | None:
        match action:
            case Trade():
                return self._cannot_trade(action)
            case Fund():
                said = funding.obstacle(self.setup, self.view, self.leg, action)
                return self._refused(Code.OWNER, said) if said else None
            case Protect():
                return self._wrong_way(action) or self._too_small(action.market, action.size, action.trigger)
            case Cancel(order_id=oid):
                known = any(order.id == oid for order in self.view.orders)
                return None if known else self._refused(Code.UNSUPPORTED, f"order {oid} is not open here")
        return self._refused(Code.UNSUPPORTED, type(action).__name__)

    def _cannot_trade(self, trade: Trade) -> Cannot | None:
        limit, coins = limit_of(trade, self._configured(trade.market)), self._configured(trade.market).multiplier
        if limit <= 0:
            return self._refused(Code.UNSUPPORTED, f"{trade.worst}: no legal price that is no worse")
        lowest = min(self.view.market(trade.market).mark, Price(limit) / coins)
        wrong = self._wrong_way(trade) if trade.reduce_only else None
        return wrong or self._too_small(trade.market, trade.size, lowest)

    def _wrong_way(self, action: Trade | Protect) -> Cannot | None:
        """What only reduces needs a position on the other side, as large as itself."""
        position = self.view.size(action.market)
        if action.size.sign() == -position.sign() and abs(action.size) <= abs(position):
            return None
        said, limit = f"reduce by {action.size}", f"position {position}"
        return Cannot(
            leg=self.leg, reason=Reason(code=Code.WRONG_WAY, subject=action.market, value=said, limit=limit)
        )

    def _too_small(self, market: Name, size: Base, price: Price) -> Cannot | None:
        """The exchange takes no order below ten dollars; what is left of a position below that stays. Whether it
        counts by the mark or by the order's limit is not documented."""
        configured = self._configured(market)
        worth = Usd(coins_of(size, configured) * configured.multiplier.raw * price.raw)
        if worth >= LEAST_ORDER:
            return None
        reason = Reason(code=Code.DUST, subject=market, value=f"{size} is worth {worth.raw:.2f} USD", limit="10 USD")
        return Cannot(leg=self.leg, reason=reason)

    def _refused(self, code: Code, said: str) -> Cannot:
        return Cannot(leg=self.leg, reason=Reason(code=code, subject=self.setup.name, value=said))
