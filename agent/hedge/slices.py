"""An increase that goes in slices, from its first to its last.

The cooldown keeps a hedge from flapping; the rest of what was once decided is no new decision. While the target is
the one that the first slice was for, the next run goes on at once, and so does the next round of this run where the
market takes all that is left within the allowed slippage. Where it does not, it gets the time between two runs to
fill up again. Anything else waits: another target, and whatever follows a reduction or a hedge that was in its band.
"""

from agent.hedge.band import band_of
from agent.hedge.parameters import Hedge
from agent.model import Code, HedgeState, Memory, Plan, Trade, Traded
from agent.units import Base


def begun(hedge: Hedge, state: HedgeState, memory: Memory) -> Base | None:
    """The target of the first slice, while it is still the target; None when nothing is under way."""
    seen = memory.exposures.get(hedge.underlying)
    if seen is None or seen.towards is None:
        return None
    same = abs(state.target - seen.towards) <= band_of(seen.towards, hedge.band)
    return seen.towards if same else None


def must_wait(last: Traded, first: Base | None, *, whole: bool) -> bool:
    """Whether a trade that is too recent holds back the next increase; `first` is what was begun, `whole` whether the
    markets take all that is left.
    """
    goes_on = first is not None and (not last.fresh or whole)
    return not goes_on


def towards(plan: Plan, first: Base | None, state: HedgeState) -> Base | None:
    """What is under way after this plan of one hedge: an increase in slices, also while one works or waits."""
    grows = any(isinstance(a, Trade) and not a.reduce_only for leg in plan.legs for a in leg.actions)
    codes = {reason.code for reason in plan.reasons}
    if grows and Code.SLICED in codes:
        return first or state.target
    works = state.working.sign() == state.target.sign() != 0
    return first if grows or works or Code.COOLDOWN in codes else None
