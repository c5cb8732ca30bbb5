"""Whether what was read can be planned from: fresh, and of one moment."""

from collections.abc import Iterable

from agent.hedge.gates.base import Case
from agent.hedge.landing import missed
from agent.hedge.outside import quotes_of
from agent.model import Code, Reason, Stamp


def stale(case: Case) -> Iterable[Reason]:
    """Older than our own last landing on that source: it does not show what we did."""
    for stamp in {case.view.stamp, case.terms.stamp}:
        if landed := missed(stamp, case.memory):
            yield case.deny(Code.STALE, _shown(stamp), f"our last landing: {_shown(landed)}")


def _shown(stamp: Stamp) -> str:
    block = f"block {stamp.block}, " if stamp.block is not None else ""
    return f"{stamp.source} {block}{stamp.time_ms} ms"


def skew(case: Case) -> Iterable[Reason]:
    """The venue, the wallets and the prices that this leg follows from, all within max_skew_s."""
    stamps = sorted(_sources(case), key=lambda stamp: stamp.time_ms)
    apart_ms = stamps[-1].time_ms - stamps[0].time_ms
    if apart_ms > case.limits.max_skew_s * 1000:
        found = f"{stamps[0].source} is {apart_ms // 1000} s behind {stamps[-1].source}"
        yield case.deny(Code.SKEW, found, f"{case.limits.max_skew_s} s")


def _sources(case: Case) -> list[Stamp]:
    """Declared holdings are left out: they were read from no clock."""
    wallets = case.hedge.wallets if case.hedge else ()
    held = [h for h in case.snapshot.held if h.wallet in wallets]
    read = [h.stamp for h in held if not all(holding.expires_ms is not None for holding in h.holdings)]
    quotes = quotes_of(case.market.underlying, case.snapshot) if case.market else ()
    return [case.view.stamp, *read, *(quote.stamp for quote in quotes)]
