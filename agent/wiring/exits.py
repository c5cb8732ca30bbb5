"""A flatten from its first look to its last: what only a way out may do, and what still stands in the way of flat."""

import time
from collections.abc import Callable
from dataclasses import replace

from agent import cycle
from agent.delivery import terms_now
from agent.hedge.landing import missed
from agent.model import Code, Lane, Memory, Reason, Report, Snapshot, Terms
from agent.wiring.owner import owner_closes
from agent.wiring.works import Works

LAG_S = 30
"""A node that lags has caught up by then; a chain that was reset never does."""

STUCK = {Code.REVERTED, Code.NO_GAS, Code.REFUSED}
"""What another flatten would only meet again."""


async def flatten(works: Works, deadline_s: float, tell: Callable[[str], None]) -> Report:
    """Whatever is left when it ends is in the reasons, as NOT_FLAT."""
    behind = await rewind(works, min(LAG_S, deadline_s / 4))
    for terms in behind:
        tell(f"{terms.lane}: the chain is behind the journal (was it reset?): goes on from its nonce {terms.nonce}")
    report = asked(works, await cycle.run_to_the_end(works.house))
    for remark in remarks((*report.rehearsals, report.rehearsal)[0].before):
        tell(remark)
    old = [f"{terms.lane}: the node lags, or the chain was reset: flatten again" for terms in behind]
    left = [*not_flat(report.rehearsal.before), *works.open_ends(), *old]
    reasons = (Reason(code=Code.NOT_FLAT, subject="flatten", value=line) for line in left)
    return replace(report, reasons=(*report.reasons, *reasons))


def remarks(seen: Snapshot) -> tuple[str, ...]:
    """What the venues said of the look that was acted on: at what price it closes where none is fresh."""
    return tuple(f"{view.venue}: {remark}" for view in seen.views for remark in view.remarks)


def asked(works: Works, report: Report) -> Report:
    """With the owner's calls, where the operator cannot close: trying again would only cost gas."""
    last, codes = report.rehearsal, {reason.code for reason in report.reasons}
    if last.calls or not codes & STUCK:
        return report
    calls = owner_closes(works.settings, last.before, works.house.decide(last.before, Memory()))
    said = "the operator could not close; `hedgekeeper flatten --print` gives these calls again"
    why = tuple(Reason(code=Code.OWNER, subject="flatten", value=said) for _ in calls[:1])
    return replace(report, rehearsal=replace(last, calls=calls), reasons=(*report.reasons, *why))


def not_flat(last: Snapshot) -> list[str]:
    """What still stands in the way of flat, in words; what could not be read is not flat."""
    left = [f"{gap.source}: could not be read: {gap.why}" for gap in last.gaps]
    for view in last.views:
        left += [f"{view.venue}: position {p.size} {p.market}" for p in view.positions if p.size]
        left += [f"{view.venue}: order {order.id} is open" for order in view.orders]
        left += [f"{view.venue}: {why}" for why in (view.strange, view.unconfigured) if why]
    return [*left, *(f"{terms.lane}: {terms.foreign}" for terms in last.terms if terms.foreign)]


async def rewind(works: Works, patience_s: float) -> list[Terms]:
    """Where the chain stays behind our records it was reset, or reorganised deeper than we wait.

    Safe even where it only lags: on the real chain the slots it names are used, and what is signed for them is void.
    """
    ends = time.monotonic() + patience_s
    while behind := [terms for lane in works.house.wires if (terms := await _behind(works, lane))]:
        if time.monotonic() >= ends:
            for terms in behind:
                works.ledger.rewind(terms.lane, terms.nonce, terms.stamp)
            break
        await works.house.pause()
    return behind


async def _behind(works: Works, lane: Lane) -> Terms | None:
    """The lane as the chain has it, where that is not what our records say it has come to."""
    terms, known = await terms_now(works.house, lane, Memory()), works.ledger.memory()
    if terms is None:
        return None
    open_ = [intent.attempts[0].payload.nonce for intent in works.ledger.open() if intent.lane == lane]
    used_before = terms.nonce <= known.nonces.get(lane, -1) and terms.nonce not in open_
    return terms if used_before or missed(terms.stamp, known) else None
