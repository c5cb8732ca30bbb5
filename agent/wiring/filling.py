"""The past of every market, from what its venue tells the public: what the recorder was too late for."""

from asyncio import sleep
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from agent.errors import Unreadable
from agent.model import Name, Rate, value
from agent.model.times import DAY_MS
from agent.reading import Fetch, drive
from agent.records import History
from agent.records.rows import FundingRow, MarkRow, PriceRow, Rows
from agent.units import Price
from agent.venues.gmx_v2.history import hourly_closes as gmx_closes
from agent.venues.gmx_v2.settings import GmxV2Settings
from agent.venues.gmx_v2.venue import GmxV2
from agent.venues.hyperliquid.history import MOST_HOURS, exchange_time, funding_history, hourly_closes
from agent.venues.hyperliquid.settings import HyperliquidSettings
from agent.wire.info import Info
from agent.wiring import gmx_v2, hyperliquid
from agent.wiring.works import Works

_ASK_AGAIN_S = 1.0


@value
class Filled:
    """One market. `why` is what its venue does not tell, or why it could not be asked."""

    venue: Name
    market: Name
    payments: int = 0
    closes: int = 0
    why: str = ""
    failed: bool = False


async def fill(works: Works, history: History, days: int, now_ms: int) -> AsyncIterator[Filled]:
    """Market by market; one that cannot be asked stops no other. What is there already stays as it is."""
    fetch = await works.house.moment()
    for name, configured in works.settings.venues.items():
        match configured:
            case HyperliquidSettings():
                for market in configured.markets:
                    yield await _hyperliquid(works, fetch, history, days, name, market)
            case GmxV2Settings():
                room = gmx_v2.venue(works.settings, name, configured)
                yield await _gmx(room, fetch, history, days * 24, now_ms)
            case _:
                why = "the exchange keeps no past that can be asked for: only runs record it"
                for market in configured.markets:
                    yield Filled(venue=name, market=market, why=why)


async def _hyperliquid(works: Works, fetch: Fetch, history: History, days: int, name: Name, market: Name) -> Filled:
    past = _HyperliquidPast(works, fetch, history, name, market)
    try:
        [now_ms] = await drive([exchange_time(past.room)], fetch)
        await past.payments(now_ms - days * DAY_MS)
        await past.closes(now_ms - days * DAY_MS, now_ms)
    except Unreadable as error:
        return replace(past.filled, why=str(error), failed=True)
    return past.filled


class _HyperliquidPast:
    """One market. The exchange allows so much a minute: a long past is asked for within it, page by page."""

    def __init__(self, works: Works, fetch: Fetch, history: History, name: Name, market: Name) -> None:
        configured, info = works.settings.venues[name], works.moments.ways.services[name]
        if not isinstance(configured, HyperliquidSettings) or not isinstance(info, Info):
            raise TypeError(f"{name} is no Hyperliquid")
        self.room, self._each = hyperliquid.venue(works.settings, name, configured), configured.markets[market]
        self._fetch, self._history, self._info = fetch, history, info
        self.filled = Filled(venue=name, market=market)

    async def payments(self, since_ms: int) -> None:
        while True:
            await self._room_for("fundingHistory")
            [page] = await drive([funding_history(self.room, self._each.coin, since_ms)], self._fetch)
            self._history.fill(Rows(funding=[self._paid(*each) for each in page]))
            self.filled = replace(self.filled, payments=self.filled.payments + len(page))
            if len(page) < MOST_HOURS:
                return
            since_ms = page[-1][0] + 1

    async def closes(self, since_ms: int, now_ms: int) -> None:
        """A candle is of the whole contract, which may hold many coins."""
        await self._room_for("candleSnapshot")
        [found] = await drive([hourly_closes(self.room, self._each.coin, since_ms, now_ms)], self._fetch)
        coins = [(at_ms, price / self._each.multiplier) for at_ms, price in found]
        self._history.fill(_closes(self.filled, self._each.underlying, coins))
        self.filled = replace(self.filled, closes=len(coins))

    async def _room_for(self, kind: str) -> None:
        while not self._info.fits(kind):
            await sleep(_ASK_AGAIN_S)

    def _paid(self, at_ms: int, rate: Rate) -> FundingRow:
        place, source = self.filled, f"{self.filled.venue} fundingHistory"
        return FundingRow(venue=place.venue, market=place.market, at_ms=at_ms, rate=rate, settled=True, source=source)


async def _gmx(room: GmxV2, fetch: Fetch, history: History, hours: int, now_ms: int) -> Filled:
    """It fills at its index: that is all that it trades at."""
    why = "what was paid is not told: only runs record it"
    filled = Filled(venue=room.name, market=room.market.name, why=why)
    try:
        [found] = await drive([gmx_closes(room, hours, now_ms)], fetch)
    except Unreadable as error:
        return replace(filled, why=str(error), failed=bool(room.settings.tickers))
    history.fill(_closes(filled, room.market.underlying, found))
    return replace(filled, closes=len(found))


def _closes(place: Filled, underlying: Name, found: Sequence[tuple[int, Price]]) -> Rows:
    """The venue's candles stand in for an outside price where none was recorded."""
    source = f"{place.venue} candles"
    return Rows(
        prices=[PriceRow(underlying=underlying, at_ms=at, price=price, source=source) for at, price in found],
        marks=[
            MarkRow(venue=place.venue, market=place.market, at_ms=at, traded=price, source=source)
            for at, price in found
        ],
    )
