"""What the owner could sign: to close instead of the operator, to let it trade, to bring collateral."""

from collections.abc import Iterable
from dataclasses import replace

from agent import cycle
from agent.hedge.rescue import safety
from agent.model import Code, OwnerCall, Plan, Reason, Report, Snapshot, Trade
from agent.settings import Configuration
from agent.wiring import hedging
from agent.wiring.kinds import kind_of
from agent.wiring.works import Works


def owner_closes(settings: Configuration, snapshot: Snapshot, plan: Plan) -> tuple[OwnerCall, ...]:
    """Closes every position seen, at no worse than the price bounds of the plan."""
    calls: list[OwnerCall] = []
    for view in snapshot.views:
        actions = (action for leg in plan.legs if leg.venue == view.venue for action in leg.actions)
        trades = tuple(action for action in actions if isinstance(action, Trade))
        kind, configured = kind_of(settings, view.venue), settings.venues[view.venue]
        calls += kind.closes(settings, view.venue, configured, view, trades)
    return tuple(calls)


def owner_permits(works: Works, snapshot: Snapshot) -> tuple[OwnerCall, ...]:
    """Lets the operator trade wherever it may not. Under a hold nothing is asked: whoever has flattened may have
    taken the permission back on purpose."""
    settings, hold = works.settings, works.house.journal.memory().hold
    shut = () if hold else (view for view in snapshot.views if not view.may_trade)
    asked = ((view, kind_of(settings, view.venue), settings.venues[view.venue]) for view in shut)
    return tuple(call for view, kind, each in asked for call in kind.permits(settings, view.venue, each, view))


def owner_posts(works: Works, snapshot: Snapshot, reasons: Iterable[Reason]) -> tuple[OwnerCall, ...]:
    """Puts collateral behind what a rescue asks it for: as much as would end the danger."""
    settings, past, limits = works.settings, works.house.journal.memory().past, hedging.limits(works.settings)
    asked = {reason.subject for reason in reasons if reason.code is Code.RESCUE}
    calls: list[OwnerCall] = []
    for view in (each for each in snapshot.views if each.venue in asked):
        missing = safety(limits).lacking(view, past, limits) - view.reserve
        kind, configured = kind_of(settings, view.venue), settings.venues[view.venue]
        calls += kind.posts(settings, view.venue, configured, view, missing.up_to_cent())
    return tuple(calls)


async def hedged(works: Works) -> Report:
    """A run, with those calls before any others."""
    report = await cycle.run(works.house)
    last = report.rehearsal
    posts = owner_posts(works, last.before, report.reasons)
    calls = dict.fromkeys((*owner_permits(works, last.before), *posts, *last.calls))
    return replace(report, rehearsal=replace(last, calls=tuple(calls)))
