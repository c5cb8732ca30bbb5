"""How a run ended: one JSON object for programs, one line for a cron mail, the rest for a person."""

from collections.abc import Iterable

from agent.cli import show
from agent.hedge.words import price
from agent.model import MEANING, HedgeState, Intent, Rehearsal, Report, exit_for
from agent.model.plain import plain


def report_json(report: Report, sent: Iterable[Intent] = ()) -> dict[str, object]:
    """Sizes in units of the underlying and money in USD, as strings: no digit is lost on the way."""
    return {
        "exit": int(report.exit),
        "at": plain(report.rehearsal.before.stamps()),
        "hedges": [{**plain(state), "delta": str(state.delta)} for state in report.rehearsal.hedges],
        "reasons": [{**plain(reason), "means": MEANING[reason.code][1]} for reason in report.reasons],
        "happened": plain(report.happened),
        "legs": plain([draft.leg for draft in report.rehearsal.drafts]),
        "rehearsed": plain([each for rehearsal in _all(report) for each in rehearsal.played]),
        "sent": plain(list(sent)),
        "owner_calls": plain(report.rehearsal.calls),
    }


def _all(report: Report) -> tuple[Rehearsal, ...]:
    return report.rehearsals or (report.rehearsal,)


def summary(report: Report, sent: Iterable[Intent]) -> str:
    """One line: what was short, what is, what is left open, and the exit code with its first reason."""
    first = _all(report)[0]
    was = {state.underlying: state for state in first.hedges}
    parts = [_hedge(was.get(state.underlying, state), state) for state in report.rehearsal.hedges]
    count = len(list(sent))
    parts.append(f"{count} sent" if count else "nothing sent")
    pressing = [reason for reason in report.reasons if exit_for(reason) is report.exit]
    why = f" ({show.sentence(pressing[0])})" if pressing else ""
    return f"{show.moment(report.rehearsal.before.time_ms())} {'; '.join(parts)}; exit {int(report.exit)}{why}"


def _hedge(was: HedgeState, now: HedgeState) -> str:
    name = now.underlying
    moved = f"{show.coins(was.position)} -> " if was.position != now.position else ""
    return (
        f"{name}: exposure {show.coins(now.exposure)}, position {moved}{show.coins(now.position)}, "
        f"net delta {show.coins(now.delta, signed=True)}"
    )


def text(report: Report, sent: Iterable[Intent]) -> str:
    """What was done and why, then the line for the cron mail last."""
    payloads = list(sent)
    parts = [f"did\n{show.legs(draft.leg for draft in each.drafts)}" for each in report.rehearsals]
    if payloads:
        rows = ((i.attempts[0].payload.nonce, i.attempts[-1].ref, i.state, _filled(i)) for i in payloads)
        parts.append(show.table(rows, ("nonce", "transaction", "state", "filled"), left=3))
    if report.rehearsal.dropped:
        parts.append(f"held back\n{show.dropped(report.rehearsal.dropped)}")
    if report.rehearsal.calls:
        parts.append(f"for the owner to sign\n{show.calls(report.rehearsal.calls)}")
    if notes := (*report.happened, *report.reasons):
        parts.append(f"why\n{show.reasons(notes)}")
    return "\n\n".join([*parts, summary(report, payloads)])


def _filled(intent: Intent) -> str:
    done = intent.settlement
    if not done or not done.filled:
        return ""
    return f"{done.filled}" + (f" at {price(done.price)}" if done.price else "")
