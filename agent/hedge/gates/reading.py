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


def signs(case: Case) -> Iterable[Reason]:
    """Pegs and sequencers that the hedge depends on; one that cannot be read is not well."""
    seen = {sign.name: sign for sign in case.snapshot.signs}
    for name in case.hedge.signs if case.hedge else ():
        sign = seen.get(name)
        if sign is None:
            yield Reason(code=Code.SIGN_UNREADABLE, subject=name)
        elif sign.wrong:
            yield Reason(code=sign.code, subject=name, value=sign.found, limit=sign.limit)


def skew(case: Case) -> Iterable[Reason]:
    """The venue, the wallets and the prices that this leg follows from, all within max_skew_s."""
    apart = apart_ms(case)
    if apart > case.limits.max_skew_s * 1000:
        stamps = _by_time(case)
        found = f"{stamps[0].source} is {apart // 1000} s behind {stamps[-1].source}"
        yield case.deny(Code.SKEW, found, f"{case.limits.max_skew_s} s")


def apart_ms(case: Case) -> int:
    """Between the first and the last of what the leg follows from."""
    stamps = _by_time(case)
    return stamps[-1].time_ms - stamps[0].time_ms


def _by_time(case: Case) -> list[Stamp]:
    return sorted(_sources(case), key=lambda stamp: stamp.time_ms)


def _sources(case: Case) -> list[Stamp]:
    """Declared holdings are left out: they were read from no clock."""
    wallets = case.hedge.wallets if case.hedge else ()
    held = [h for h in case.snapshot.held if h.wallet in wallets]
    read = [h.stamp for h in held if not all(holding.expires_ms is not None for holding in h.holdings)]
    quotes = quotes_of(case.market.underlying, case.snapshot) if case.market else ()
    return [case.view.stamp, *read, *(quote.stamp for quote in quotes)]
