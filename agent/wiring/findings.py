"""What one look at everything, and the journal, say to `doctor`: pure, from what was seen to findings."""

from collections.abc import Iterator, Sequence

from agent.errors import Exit
from agent.hedge.gas import exits_paid
from agent.hedge.margin import leverage, notional
from agent.hedge.orders import LATE
from agent.hedge.outside import fresh, quotes_of
from agent.model import (
    MEANING,
    Code,
    Held,
    Intent,
    Market,
    Memory,
    Plan,
    Quote,
    Reason,
    Sign,
    Snapshot,
    State,
    Terms,
    View,
    exit_for,
)
from agent.model.findings import Finding, Level
from agent.model.times import DAY_MS
from agent.model.words import figure, percent, price
from agent.settings import Configuration
from agent.units import Price, Ratio

SOON_MS = 7 * DAY_MS
FEW_ORDERS = 5
_TOLD_APART = (Code.DECLARATION_EXPIRED, Code.NOT_DELEGATED, Code.EXITS_ONLY)
"""By the declaration itself, and by the venue, which knows whether a permission is missing or only near its end."""

_OF_POLICIES = (
    Code.UNDECIDED,
    Code.SELLING_CHEAPER,
    Code.CORRELATION,
    Code.DIRECT_MARKET,
    Code.OVERRIDE_ENDS,
)


def finding(subject: str, level: Level, says: str) -> Finding:
    return Finding(subject=subject, level=level, says=says)


def of_snapshot(settings: Configuration, snapshot: Snapshot) -> Iterator[Finding]:
    """Gaps, prices, gas, leverage and declarations at one moment."""
    yield from (finding(gap.source, "fail", gap.why) for gap in snapshot.gaps)
    yield from map(_price, snapshot.quotes)
    yield from map(_sign, snapshot.signs)
    for underlying in sorted(set(settings.covered) - {quote.underlying for quote in snapshot.quotes}):
        yield finding(f"price of {underlying}", "warn", "no outside price: nothing will be added to a position")
    for view in snapshot.views:
        yield from (_apart(settings, view, market, snapshot) for market in view.markets)
        yield _leverage(settings, view)
        yield from _told_at(settings, view)
    yield from (_gas(settings, terms, snapshot) for terms in snapshot.terms if terms.ceiling)  # else there is none
    for held in snapshot.held:
        yield from _declared(held, snapshot.time_ms())


def of_plan(plan: Plan) -> Iterator[Finding]:
    """What a run would stop at until a person has acted; and what a person should know of a policy."""
    for reason in plan.reasons:
        if exit_for(reason) is Exit.PERSON and reason.code not in _TOLD_APART:
            yield finding(reason.subject, "fail", _told(reason))
        elif reason.code in _OF_POLICIES:
            yield finding(f"policy of {reason.subject}", "warn", _told(reason))


def of_journal(memory: Memory, open_: Sequence[Intent]) -> Iterator[Finding]:
    if memory.hold:
        yield finding("hold", "warn", f"{memory.hold}: nothing is added until `hedgekeeper journal resume`")
    for intent in open_:
        said = "is sent and not decided" if intent.state is State.SIGNED else "is mined and not final"
        nonce = intent.attempts[0].payload.nonce
        yield finding(
            intent.lane, "warn", f"{intent.attempts[-1].ref} (nonce {nonce}) {said}: the next run goes on with it"
        )


def _told(reason: Reason) -> str:
    figures = ", ".join(part for part in (reason.value, f"limit: {reason.limit}" if reason.limit else "") if part)
    return MEANING[reason.code][1] + (f": {figures}" if figures else "")


def _price(quote: Quote) -> Finding:
    age_s = (quote.stamp.time_ms - quote.updated_ms) // 1000
    level: Level = "ok" if fresh(quote) else "fail"
    return finding(
        f"price {quote.source}", level, f"{price(quote.price)} USD, {age_s} s old (max_age_s {quote.max_age_s})"
    )


def _sign(sign: Sign) -> Finding:
    return finding(sign.name, "warn" if sign.wrong else "ok", f"{sign.found} (limit {sign.limit})")


def _apart(settings: Configuration, view: View, market: Market, snapshot: Snapshot) -> Finding:
    """As the gates measure it: the mark against the index, and the index against each fresh outside price."""
    limits = settings.limits
    outside = [quote for quote in quotes_of(market.underlying, snapshot) if fresh(quote)]
    said = [f"index {price(market.index)}", _gap("mark", market.mark, market.mark, market.index, limits.max_basis)]
    said += [_gap(q.source, q.price, market.index, q.price, limits.max_oracle_deviation) for q in outside]
    wide = _far(market.mark, market.index, limits.max_basis) or any(
        _far(market.index, quote.price, limits.max_oracle_deviation) for quote in outside
    )
    return finding(f"prices of {view.venue} {market.name}", "warn" if wide else "ok", "; ".join(said))


def _far(one: Price, reference: Price, limit: Ratio) -> bool:
    return abs(one - reference) > reference * limit


def _gap(name: str, shown: Price, one: Price, reference: Price, limit: Ratio) -> str:
    away = percent(abs(one - reference) / reference) if reference else "infinitely far"
    return f"{name} {price(shown)} is {away} away (limit {percent(limit)})"


def _leverage(settings: Configuration, view: View) -> Finding:
    subject, limits = f"leverage of {view.venue}", settings.limits
    if not notional(view):
        return finding(subject, "ok", "no position")
    geared = leverage(view)
    if geared is None:
        return finding(
            subject, "fail", "there is a position, and no equity left to carry it: add collateral, or flatten"
        )
    level: Level = "fail" if geared > limits.rescue_leverage else "warn" if geared > limits.open_leverage else "ok"
    said = f"{figure(geared.raw, 2)}x; no increase above {limits.open_leverage}x, collateral is added above"
    return finding(subject, level, f"{said} {limits.rescue_leverage}x")


def _told_at(settings: Configuration, view: View) -> Iterator[Finding]:
    """What the configuration wants, and this venue does not give."""
    if settings.limits.protective_stops and not view.stops:
        said = "protective_stops is on, and no stop order can rest here: the rescue ladder stands alone"
        yield finding(f"stops of {view.venue}", "warn", said)
    if settings.deadline_s < LATE * view.latency_s:
        takes = f"an order takes {view.latency_s} s here, and a rescue may take several"
        yield finding(f"deadline of {view.venue}", "warn", f"deadline_s is {settings.deadline_s}: {takes}")


def _gas(settings: Configuration, terms: Terms, snapshot: Snapshot) -> Finding:
    """In exits: how often everything could be closed at the fee ceiling."""
    venues = {name for name, venue in settings.venues.items() if settings.lane(venue) == terms.lane}
    views = [view for view in snapshot.views if view.venue in venues]
    subject = f"gas of {terms.lane}"
    if unread := sorted(venues - {view.venue for view in views}):
        said = f"cannot be counted in exits: {', '.join(unread)} could not be read"
        return finding(subject, "warn", f"{terms.gas_balance} wei, which {said}")
    exits, wanted = exits_paid(terms, views), settings.limits.exits_of_gas
    said = f"the key's gas pays for {exits} exits at the fee ceiling; increases need {wanted} and their own"
    if wanted < exits <= wanted + FEW_ORDERS:
        return finding(subject, "warn", f"{said}: it lasts for {exits - wanted} more orders, send more")
    return finding(subject, "ok" if exits > wanted else "fail", said)


def _declared(held: Held, now_ms: int) -> Iterator[Finding]:
    for holding in held.holdings:
        left_ms = None if holding.expires_ms is None else holding.expires_ms - now_ms
        subject = f"declared {held.wallet}"
        if left_ms is not None and left_ms <= 0:
            said = (
                f"has expired, so {holding.underlying} is not hedged any more: set a new `until`, or remove the table"
            )
            yield finding(subject, "fail", said)
        elif left_ms is not None and left_ms < SOON_MS:
            yield finding(subject, "warn", f"expires in {left_ms // DAY_MS} days: set a new `until` before")
