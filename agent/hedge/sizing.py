"""How large the short should be: the policy's wish in units of the underlying, by the chosen basis."""

from agent.hedge.basket import worths
from agent.hedge.exposure import held_of
from agent.hedge.outside import spot_price
from agent.hedge.parameters import Hedge
from agent.hedge.places import Place
from agent.hedge.policies import Known, Wish
from agent.model import Market, Memory, Snapshot
from agent.units import Base, Ratio, Usd


def hedging_side(exposure: Base) -> int:
    """The sign of a hedge, and of every trade that adds to it: short, unless coins are owed."""
    return 1 if exposure.sign() < 0 else -1


def target_of(hedge: Hedge, exposure: Base, wish: Ratio | Usd, market: Market, snapshot: Snapshot) -> Base:
    """The position wanted, short for a long exposure. Not rounded: only the trade towards it is.

    units: the same number of coins. notional: as many as the spot's value buys at the mark. A wish in dollars:
    as many as it buys at the mark, never more than the exposure.
    """
    if isinstance(wish, Usd):
        bought = min(wish / market.mark, abs(exposure))
        return bought if hedging_side(exposure) > 0 else -bought
    if hedge.basis == "notional":
        return -(exposure * spot_price(market, snapshot) * wish / market.mark)
    return -(exposure * wish)


def wish_of(hedge: Hedge, exposure: Base, stands: Base, place: Place, snapshot: Snapshot, memory: Memory) -> Wish:
    return hedge.policy(
        Known(
            underlying=hedge.underlying,
            exposure=exposure,
            price=spot_price(place.market, snapshot),
            venue=place.view.venue,
            market=place.market,
            snapshot=snapshot,
            memory=memory,
            stands=standing_ratio(stands, exposure),
            worths=worths(held_of(hedge, snapshot), snapshot),
        )
    )


def ratio_of(wish: Ratio | Usd, exposure: Base, market: Market) -> Ratio:
    """The wish as a share of the exposure; 0 where there is nothing to hedge."""
    if isinstance(wish, Ratio):
        return wish
    return min(Ratio(1), wish / (abs(exposure) * market.mark)) if exposure else Ratio(0)


def standing_ratio(position: Base, exposure: Base) -> Ratio:
    """The share of the exposure that the position neutralises now."""
    return min(Ratio(1), max(Ratio(0), -(position / exposure))) if exposure else Ratio(0)


def kept(stands: Base, whole: Base) -> Base:
    """What stands, as far as it hedges: no more than the target of the whole exposure, nothing on its other side."""
    nothing = Base(0)
    return max(min(stands, max(whole, nothing)), min(whole, nothing))
