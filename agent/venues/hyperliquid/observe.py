"""The account and its markets at one moment, in one round of questions."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from agent.errors import Mismatch, Unreadable
from agent.model import Market, Name, OpenOrder, Position, Rate, Stamp, View, value
from agent.reading import Answers, Reading
from agent.units import Base, Price, Ratio, Usd
from agent.venues.hyperliquid import book, margin
from agent.venues.hyperliquid.modes import Funds, funds
from agent.venues.hyperliquid.reads import Reads, reads
from agent.venues.hyperliquid.settings import MarketSettings
from agent.venues.hyperliquid.setup import LEAST_ORDER, TAKER_FEE, Setup
from agent.venues.hyperliquid.structs import Account, Asset, Book, Held, Resting

HOUR_S = 3600
SOON_MS = 86_400_000
"""An agent key that ends within a day is kept for the way out."""


@value
class Own:
    """What compose needs again, in the exchange's own units."""

    assets: Mapping[str, Asset]
    books: Mapping[str, Book]
    settings: Mapping[str, tuple[str, int]]
    """By coin: how the next position would be margined."""
    held: Mapping[str, Held]


def observe(setup: Setup) -> Reading[View]:
    asked = reads(setup)
    found = yield asked.all()
    return Seen(setup=setup, asked=asked, found=found).view()


@value
class Seen:
    setup: Setup
    asked: Reads
    found: Answers

    def view(self) -> View:
        account, cash = self.account, self._funds()
        return View(
            venue=self.setup.name,
            stamp=Stamp(source=self.setup.source, time_ms=account.time_ms),
            markets=tuple(self._market(name, each) for name, each in self.setup.settings.markets.items()),
            positions=tuple(self._positions()),
            orders=tuple(self._orders()),
            equity=Usd(cash.equity),
            free=Usd(cash.free),
            open_margin=Usd(cash.free),
            may_trade=self._agent() is not None,
            exits_only=self._ending(),
            strange="; ".join(self._strange()) or None,
            own=self._own(),
        )

    @property
    def account(self) -> Account:
        return self.found[self.asked.account]

    def _funds(self) -> Funds:
        return funds(self.setup.name, self.found[self.asked.mode], self.account, self.found[self.asked.balances])

    def _own(self) -> Own:
        return Own(
            assets=self.found[self.asked.universe],
            books={coin: self.found[read] for coin, read in self.asked.books.items()},
            settings={coin: self.found[read] for coin, read in self.asked.settings.items()},
            held={held.coin: held for held in self.account.positions},
        )

    def _asset(self, configured: MarketSettings) -> Asset:
        asset = self.found[self.asked.universe].get(configured.coin)
        if asset is None:
            raise Mismatch(f"{self.setup.name}: the exchange has no coin {configured.coin}")
        pinned = (configured.asset, configured.size_decimals)
        if (asset.index, asset.size_decimals) != pinned:
            found = f"asset {asset.index} with size_decimals {asset.size_decimals}"
            raise Mismatch(f"{self.setup.name}: {configured.coin} is {found}, not {pinned[0]} with {pinned[1]}")
        if asset.delisted:
            raise Unreadable(f"{self.setup.name}: {configured.coin} is delisted: its prices stand still")
        return asset

    def _market(self, name: Name, configured: MarketSettings) -> Market:
        asset, coins = self._asset(configured), configured.multiplier.raw
        tier = margin.tier_of(self._notional(configured.coin, asset), asset.tiers)
        lot = Decimal(1).scaleb(-asset.size_decimals)
        steps = book.depth(self.found[self.asked.books[configured.coin]], TAKER_FEE, lot)
        return Market(
            name=name,
            underlying=configured.underlying,
            lot=Base(lot * coins),
            minimum=LEAST_ORDER,
            mark=Price(asset.mark / coins),
            index=Price(asset.oracle / coins),
            funding=Rate(value=Ratio(asset.funding), interval_s=HOUR_S),
            borrow=Rate(value=Ratio(0), interval_s=HOUR_S),
            initial_margin=Ratio(Decimal(1) / min(configured.leverage, asset.max_leverage)),
            maintenance_margin=Ratio(margin.rate(tier)),
            fee=Ratio(TAKER_FEE),
            multiplier=configured.multiplier,
            depth=tuple((Base(size * coins), Price(price / coins)) for size, price in steps),
        )

    def _notional(self, coin: str, asset: Asset) -> Decimal:
        held = next((each for each in self.account.positions if each.coin == coin), None)
        return abs(held.size) * asset.mark if held else Decimal(0)

    def _positions(self) -> Iterator[Position]:
        for held in self.account.positions:
            known = self.setup.market_of(held.coin)
            if known and held.size:
                name, configured = known
                coins = configured.multiplier.raw
                yield Position(
                    market=name,
                    size=Base(held.size * coins),
                    entry=Price(held.entry / coins),
                    liquidation=None if held.liquidation is None else Price(held.liquidation / coins),
                )

    def _orders(self) -> Iterator[OpenOrder]:
        for order in self.found[self.asked.orders]:
            known = self.setup.market_of(order.coin)
            if known:
                name, configured = known
                yield OpenOrder(
                    id=str(order.oid),
                    market=name,
                    size=Base((order.left if order.buys else -order.left) * configured.multiplier.raw),
                    role=_role(order),
                    since_ms=order.since_ms,
                )

    def _agent(self) -> int | None:
        """When the operator's permission ends, in milliseconds; None where it has none. The one agent that may be
        approved without a name is not listed, so it cannot be told from none: approve it with a name."""
        listed = self.found[self.asked.agents]
        mine = next((each for each in listed if each.address == self.setup.operator.lower()), None)
        if mine is None:
            return None
        return mine.until_ms if mine.until_ms is not None else _NEVER

    def _ending(self) -> str | None:
        ends = self._agent()
        if ends is None or ends - self.account.time_ms > SOON_MS:
            return None
        hours = max(0, ends - self.account.time_ms) // 3_600_000
        return f"the agent {self.setup.operator} ends in {hours} hours: `hedgekeeper hyperliquid approve-agent`"

    def _strange(self) -> Iterator[str]:
        for held in self.account.positions:
            if held.size and not self.setup.market_of(held.coin):
                yield f"the account has a position in {held.coin}, which is not configured"


_NEVER = 2**62


def _role(order: Resting) -> Literal["working", "protective"]:
    return "protective" if order.trigger and order.reduce_only else "working"
