"""Whether to trade at all: the band, the smallest size worth a trade, and the cooldown."""

from collections.abc import Container

from agent.hedge.bound import worth
from agent.hedge.parameters import Hedge
from agent.model import Code, HedgeState, Market, Memory, Name, Reason, Traded
from agent.model.words import coins, standing, usd
from agent.units import Base, Ratio


def band_of(target: Base, band: Ratio) -> Base:
    """Half width of the no-trade zone, in units. A target of 0 has none: leftovers are closed."""
    return abs(target) * band


def too_little(hedge: Hedge, state: HedgeState, market: Market) -> Reason | None:
    """Why this drift is not worth a trade; None when it is."""
    if abs(state.drift) <= state.band:
        return _because(Code.IN_BAND, state, f"band {coins(state.band)} ({state.zone})")
    if untradable(state.wanted, market):
        return _because(Code.DUST, state, f"lot {coins(market.lot)}, venue minimum {usd(market.minimum)}")
    if worth(state.wanted, market.mark) < hedge.min_trade:
        return _because(Code.BELOW_MINIMUM, state, f"minimum {usd(hedge.min_trade)}")
    return None


def _because(code: Code, state: HedgeState, limit: str) -> Reason:
    return Reason(code=code, subject=state.underlying, value=standing(state), limit=limit)


def untradable(size: Base, market: Market) -> bool:
    """Smaller than the venue takes."""
    tradable = size.to_lot(market.lot)
    return not tradable or worth(tradable, market.mark) < market.minimum


def cooling(hedge: Hedge, markets: Container[tuple[Name, Name]], now_ms: int, memory: Memory) -> Traded | None:
    """The last trade in one of these markets, where it is too recent to add to the position."""
    last = max((t for t in memory.trades if (t.venue, t.market) in markets), key=lambda t: t.time_ms, default=None)
    return last if last and now_ms - last.time_ms < hedge.cooldown_s * 1000 else None


def cooldown(hedge: Hedge, last: Traded, now_ms: int) -> Reason:
    ago = f"traded {(now_ms - last.time_ms) // 1000} s ago"
    return Reason(code=Code.COOLDOWN, subject=hedge.underlying, value=ago, limit=f"{hedge.cooldown_s} s")
