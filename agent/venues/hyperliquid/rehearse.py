"""There is no fork of an exchange: the book that was seen is walked, and what follows is computed. Honest about that.

Nobody else trades in this model, the book does not refill, and prices stand still. What is changed are the facts of
the look; the view is made of them as of any other.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from agent.model import Cancel, Draft, Fund, Trade, View
from agent.model.words import coins, price, usd
from agent.units import Base, Price, Usd
from agent.venues.hyperliquid import funding
from agent.venues.hyperliquid.book import Walk, walk
from agent.venues.hyperliquid.compose import coins_of, limit_of
from agent.venues.hyperliquid.facts import Facts, facts_of
from agent.venues.hyperliquid.model import given_margin, traded
from agent.venues.hyperliquid.observe import look
from agent.venues.hyperliquid.settings import MarketSettings
from agent.venues.hyperliquid.setup import TAKER_FEE, Setup


def rehearse(setup: Setup, draft: Draft, view: View) -> View:
    facts, told = facts_of(view), list[str]()
    for action in draft.leg.actions:
        match action:
            case Trade():
                configured = setup.settings.markets[action.market]
                done = _walked(facts, action, configured)
                facts = _after(facts, action, configured, done)
                told += _told(action, configured, done)
            case Fund():
                if moved := funding.move(setup, view, draft.leg, action):
                    facts = given_margin(facts, *moved)
            case Cancel(order_id=gone):
                facts = replace(facts, orders=tuple(each for each in facts.orders if str(each.oid) != gone))
    return replace(look(setup, facts), disputed=view.disputed, remarks=(*view.remarks, *told))


def _walked(facts: Facts, trade: Trade, configured: MarketSettings) -> Walk:
    """What only reduces goes no further than the position."""
    buys, size, book = trade.size.sign() > 0, coins_of(trade.size, configured), facts.books[configured.coin]
    if trade.reduce_only:
        held = facts.held.get(configured.coin)
        size = min(size, abs(held.size)) if held and (held.size < 0) is buys else Decimal(0)
    return walk(book.asks if buys else book.bids, size, limit_of(trade, configured), buys=buys)


def _after(facts: Facts, trade: Trade, configured: MarketSettings, done: Walk) -> Facts:
    coin, buys = configured.coin, trade.size.sign() > 0
    side = {"asks": done.left} if buys else {"bids": done.left}
    facts = replace(facts, books={**facts.books, coin: replace(facts.books[coin], **side)})
    if not trade.reduce_only and coin not in facts.held:  # the message ahead of the order sees to it
        leverage = min(configured.leverage, facts.universe[coin].max_leverage)
        facts = replace(facts, settings={**facts.settings, coin: (configured.margin, leverage)})
    return traded(facts, coin, done.filled if buys else -done.filled, done.average) if done.filled else facts


def _told(trade: Trade, configured: MarketSettings, done: Walk) -> Iterator[str]:
    verb, units = "buy" if trade.size.sign() > 0 else "sell", configured.multiplier.raw
    filled, fee = Base(done.filled * units), Usd(done.filled * done.average * TAKER_FEE)
    yield (
        f"the book as it stands would {verb} {coins(filled)} of {coins(abs(trade.size))} {trade.market} at "
        f"{price(Price(done.average / units))}, fee {usd(fee)}: a model, nobody else trades in it"
    )
