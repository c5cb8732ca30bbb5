"""The account and its markets at one moment, in one round of questions."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from agent.model import DepthPoint, Market, Name, OpenOrder, Position, Rate, Stamp, View
from agent.model.times import HOUR_S
from agent.reading import Reading
from agent.units import Base, Price, Ratio, Usd
from agent.venues.hyperliquid import book, margin, precompiles
from agent.venues.hyperliquid.collateral import collateral
from agent.venues.hyperliquid.facts import Facts, notional
from agent.venues.hyperliquid.modes import funds
from agent.venues.hyperliquid.reads import reads
from agent.venues.hyperliquid.settings import MarketSettings
from agent.venues.hyperliquid.setup import LATENCY_S, LEAST_ORDER, TAKER_FEE, Setup
from agent.venues.hyperliquid.structs import Asset, Held, Resting

SOON_MS = 86_400_000
"""An agent key that ends within a day is kept for the way out."""
FEW_ACTIONS = 100
"""What is left of the address's budget is kept for the way out, too."""
_NEVER: int = 2**62


def observe(setup: Setup) -> Reading[View]:
    asked, second = reads(setup), precompiles.reads(setup)
    found = yield (*asked.all(), *second.all())
    facts = asked.facts(found)
    view = look(setup, facts)
    disputed, remarks = second.compared(found, facts.account, facts.universe)
    return replace(view, disputed=disputed, remarks=remarks)


def look(setup: Setup, facts: Facts) -> View:
    """Raises Mismatch where the account or a coin is not what the configuration says."""
    traded = [(name, each, facts.asset(setup, each)) for name, each in setup.settings.markets.items()]
    cash = collateral(setup, facts, funds(setup.name, facts.mode, facts.account, facts.balances))
    markets = {name: _market(name, each, asset, facts) for name, each, asset in traded if not asset.delisted}
    return View(
        venue=setup.name,
        stamp=Stamp(source=setup.source, time_ms=facts.account.time_ms),
        markets=tuple(markets.values()),
        positions=tuple(each for each in _positions(setup, facts) if each.market in markets),
        orders=tuple(each for each in _orders(setup, facts) if each.market in markets),
        equity=Usd(cash.equity),
        free=Usd(cash.free),
        reserve=Usd(cash.reserve),
        reserve_at=f"USDC to {setup.account} on Hyperliquid {setup.settings.network}",
        open_margin=Usd(cash.open_margin),
        latency_s=LATENCY_S,
        stops=True,
        may_trade=_ends_ms(setup, facts) is not None,
        exits_only="; ".join(_kept_for_exits(setup, facts)) or None,
        strange="; ".join(_strange(setup, facts)) or None,
        unconfigured="; ".join(_unconfigured(setup, facts)) or None,
        own=facts,
    )


def _market(name: Name, configured: MarketSettings, asset: Asset, facts: Facts) -> Market:
    coins, held = configured.multiplier.raw, facts.held.get(asset.coin)
    lot = Decimal(1).scaleb(-asset.size_decimals)
    leverage = held.leverage.value if held else min(configured.leverage, asset.max_leverage)
    tier = margin.tier_of(notional(held, asset) if held else Decimal(0), asset.tiers)
    return Market(
        name=name,
        underlying=configured.underlying,
        lot=Base(lot * coins),
        minimum=LEAST_ORDER,
        mark=Price(asset.mark / coins),
        index=Price(asset.oracle / coins),
        funding=Rate(value=Ratio(asset.funding), interval_s=HOUR_S),
        borrow=Rate(value=Ratio(0), interval_s=HOUR_S),
        initial_margin=Ratio(Decimal(1) / leverage),
        maintenance_margin=Ratio(margin.rate(tier)),
        fee=Ratio(TAKER_FEE),
        multiplier=configured.multiplier,
        depth=tuple(_point(step, coins) for step in book.depth(facts.books[asset.coin], TAKER_FEE, lot)),
    )


def _point(step: book.Step, coins: Decimal) -> DepthPoint:
    return DepthPoint(
        size=Base(step.size * coins), average=Price(step.average / coins), bound=Price(step.last / coins)
    )


def _positions(setup: Setup, facts: Facts) -> Iterator[Position]:
    for held in facts.held.values():
        if known := setup.market_of(held.coin):
            yield _position(*known, held)


def _position(name: Name, configured: MarketSettings, held: Held) -> Position:
    coins = configured.multiplier.raw
    return Position(
        market=name,
        size=Base(held.size * coins),
        entry=Price(held.entry / coins),
        liquidation=None if held.liquidation is None else Price(held.liquidation / coins),
        margin=Usd(held.margin_used) if held.leverage.kind == "isolated" else None,
    )


def _orders(setup: Setup, facts: Facts) -> Iterator[OpenOrder]:
    for order in facts.orders:
        if known := setup.market_of(order.coin):
            name, configured = known
            yield OpenOrder(
                id=str(order.oid),
                market=name,
                size=Base((order.left if order.buys else -order.left) * configured.multiplier.raw),
                role=_role(order),
                since_ms=order.since_ms,
                trigger=Price(order.trigger_price / configured.multiplier.raw) if order.trigger else None,
            )


def _role(order: Resting) -> Literal["working", "protective"]:
    return "protective" if order.trigger and order.reduce_only else "working"


def _ends_ms(setup: Setup, facts: Facts) -> int | None:
    """When the operator's permission ends; None where it has none. The one agent that may be approved without a name
    is not listed, so it cannot be told from none: approve it with a name."""
    if setup.operator == setup.settings.owner:
        return _NEVER
    mine = next((each for each in facts.agents if each.address == setup.operator.lower()), None)
    if mine is None:
        return None
    ends = _NEVER if mine.until_ms is None else mine.until_ms
    return ends if ends > facts.account.time_ms else None


def _kept_for_exits(setup: Setup, facts: Facts) -> Iterator[str]:
    left_ms = (_ends_ms(setup, facts) or _NEVER) - facts.account.time_ms
    if left_ms < SOON_MS:
        hours = left_ms // (HOUR_S * 1000)
        renew = f"`hedgekeeper hyperliquid approve-agent --venue {setup.name}` makes a new one"
        yield f"the agent ends in {hours} hours (increases need {SOON_MS // (HOUR_S * 1000)}); {renew}"
    if facts.actions_left < FEW_ACTIONS:
        few = f"only {facts.actions_left} actions are left of the address's budget (increases need {FEW_ACTIONS})"
        yield f"{few}: each USDC traded adds one"


def _unconfigured(setup: Setup, facts: Facts) -> Iterator[str]:
    for coin in facts.held:
        if not setup.market_of(coin):
            yield f"the account has a position in {coin}"


def _strange(setup: Setup, facts: Facts) -> Iterator[str]:
    for name, configured in setup.settings.markets.items():
        if facts.asset(setup, configured).delisted:
            held = facts.held.get(configured.coin)
            what = f"a position of {held.size} {configured.coin} is left there" if held else "nothing is left there"
            yield f"{configured.coin} is delisted and does not trade: {what}; take {name} out of the configuration"
