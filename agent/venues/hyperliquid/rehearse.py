"""There is no fork of an exchange: the book that was seen is walked, and what follows is computed. Honest about that.

Nobody else trades in this model, the book does not refill, and prices stand still.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from agent.model import Cancel, Draft, Fund, Position, Trade, View
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid import margin
from agent.venues.hyperliquid.book import walk
from agent.venues.hyperliquid.observe import Own
from agent.venues.hyperliquid.setup import LEAST_ORDER, TAKER_FEE, Setup


def rehearse(setup: Setup, draft: Draft, view: View) -> View:
    for action in draft.leg.actions:
        match action:
            case Trade():
                view = _traded(setup, view, action)
            case Fund(amount=amount):
                view = replace(view, free=view.free - amount)
            case Cancel(order_id=gone):
                view = replace(view, orders=tuple(order for order in view.orders if order.id != gone))
    return view


def _traded(setup: Setup, view: View, trade: Trade) -> View:
    own, configured = view.own, setup.settings.markets[trade.market]
    if not isinstance(own, Own):
        raise TypeError(f"{setup.name}: a view of another venue")
    book, buys, coins = own.books[configured.coin], trade.size.sign() > 0, configured.multiplier.raw
    bound = trade.worst.raw * coins / (1 + TAKER_FEE if buys else 1 - TAKER_FEE)
    done = walk(book.asks if buys else book.bids, abs(trade.size).raw / coins, bound, buys=buys)
    filled = Base((done.filled if buys else -done.filled) * coins)
    fee = Usd(done.filled * done.average * TAKER_FEE)
    slip = Usd(abs(done.filled * (done.average - own.assets[configured.coin].mark)))
    after = replace(
        view,
        positions=tuple(_positions(view, trade, filled, Price(done.average / coins))),
        equity=view.equity - fee - slip,
    )
    after = _liquidations(setup, after, own)
    return replace(after, remarks=(*view.remarks, *_told(after, trade, filled, done.average / coins, fee)))


def _positions(view: View, trade: Trade, filled: Base, price: Price) -> Iterator[Position]:
    yield from (each for each in view.positions if each.market != trade.market)
    before = next((each for each in view.positions if each.market == trade.market), None)
    size = view.size(trade.market) + filled
    if size:
        yield Position(market=trade.market, size=size, entry=_entry(before, filled, price))


def _entry(before: Position | None, filled: Base, price: Price) -> Price:
    """Averaged over what is added; a reduction leaves it."""
    if before is None or before.size.sign() != filled.sign():
        return before.entry if before else price
    total = before.size + filled
    return Price((before.size.raw * before.entry.raw + filled.raw * price.raw) / total.raw)


def _liquidations(setup: Setup, view: View, own: Own) -> View:
    """As the exchange would figure them with all of the account behind each position."""

    def of(position: Position) -> Position:
        configured = setup.settings.markets[position.market]
        asset, coins = own.assets[configured.coin], configured.multiplier.raw
        found = margin.liquidation_price(position.size.raw / coins, asset.mark, view.equity.raw, asset.tiers)
        return replace(position, liquidation=None if found is None else Price(found / coins))

    return replace(view, positions=tuple(map(of, view.positions)))


def _told(after: View, trade: Trade, filled: Base, price: Decimal, fee: Usd) -> Iterator[str]:
    verb = "buy" if trade.size.sign() > 0 else "sell"
    yield (
        f"the book as it stands would {verb} {abs(filled)} of {abs(trade.size)} {trade.market} at {price:.2f}, "
        f"fee {fee.raw:.2f} USD: a model, nobody else trades in it"
    )
    if abs(filled) * Price(price) < LEAST_ORDER:
        yield "less than the exchange's smallest order"
