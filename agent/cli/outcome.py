"""How a run ended: one JSON object for programs, one line for a cron mail, the rest for a person."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from agent.cli import show
from agent.cli.words import Words, became
from agent.model import MEANING, Code, HedgeState, Intent, Rehearsal, Report, Snapshot, exit_for
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


def summary(report: Report, sent: Sequence[Intent], words: Words) -> str:
    """One line: exposure and delta, positions before and after, what it cost, the exit code and its first reason."""
    last = report.rehearsal
    parts = [
        *map(_hedge, last.hedges),
        *_positions(_all(report)[0].before, last.before),
        ", ".join((_count(report, sent), *words.cost(sent))),
    ]
    pressing = show.together([reason for reason in report.reasons if exit_for(reason) is report.exit])
    why = f" ({show.sentence(pressing[0])})" if pressing else ""
    read_ms = last.before.time_ms()
    at = show.moment(read_ms) if read_ms else "nothing could be read:"
    return " ".join(words.text(f"{at} {'; '.join(parts)}; exit {int(report.exit)}{why}").split())


def _hedge(state: HedgeState) -> str:
    delta = show.coins(state.delta, signed=True)
    return f"{state.underlying}: exposure {show.coins(state.exposure)}, net delta {delta}"


def _positions(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Like: perp ETH: position 0.0000 -> -18.1000."""
    then = {(view.venue, market.name): view.size(market.name) for view in before.views for market in view.markets}
    now = {(view.venue, market.name): view.size(market.name) for view in after.views for market in view.markets}
    for place in dict.fromkeys((*then, *now)):
        was, is_ = (show.coins(seen[place]) if place in seen else "not read" for seen in (then, now))
        yield f"{' '.join(place)}: position {is_ if was == is_ else f'{was} -> {is_}'}"


def _count(report: Report, sent: Sequence[Intent]) -> str:
    if report.dry:
        return f"would send {sum(len(draft.payloads) for draft in report.rehearsal.drafts)}"
    return f"{len(sent)} sent" if sent else "nothing sent"


def text(report: Report, sent: Sequence[Intent], words: Words, apart: Collection[Code] = ()) -> str:
    """What was sent and what became of it, what was not done and why; then the line for the cron mail.

    The caller tells of the codes `apart` by itself.
    """
    last = report.rehearsal
    parts = [f"sent\n{payloads(sent, words)}"] if sent else []
    if not sent and report.rehearsals:
        parts.append(
            f"rehearsed, and not sent\n{show.legs(d.leg for each in report.rehearsals for d in each.drafts)}"
        )
    if last.dropped:
        parts.append(f"held back\n{show.dropped(last.dropped)}")
    told = {reason for each in last.dropped for reason in each.reasons}
    notes = [each for each in (*report.happened, *report.reasons) if each not in told and each.code not in apart]
    if notes:
        parts.append(f"why\n{show.reasons(notes)}")
    return "\n\n".join((*map(words.text, parts), *words.calls(last.calls), summary(report, sent, words)))


def payloads(intents: Iterable[Intent], words: Words) -> str:
    """Two lines each: what was wanted and what became of it, then how the outside world calls it."""
    rows = ((i.attempts[0].payload.nonce, f"{words.intent(i)}: {became(i)}", i.attempts[-1].ref) for i in intents)
    return "\n".join(f"  nonce {nonce}  {said}\n  {' ' * len(f'nonce {nonce}')}  {ref}" for nonce, said, ref in rows)
