"""Words and tables for a person. Figures are rounded for the eye only, here and nowhere else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from agent.model import (
    MEANING,
    Action,
    Address,
    Cancel,
    Claim,
    Code,
    Dropped,
    Fund,
    HedgeState,
    Kind,
    Leg,
    Movement,
    OwnerCall,
    Protect,
    Reason,
    Rehearsal,
    Snapshot,
    Trade,
)
from agent.model.words import percent, price, usd
from agent.units import Base


def table(rows: Iterable[Sequence[object]], headers: Sequence[str] = (), *, left: int = 1) -> str:
    """Plain columns: the first `left` to the left, the others to the right."""
    body = [[str(cell) for cell in row] for row in (*([headers] if headers else []), *rows)]
    widths = [max(map(len, column)) for column in zip(*body, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) if n < left else cell.rjust(width) for n, (cell, width) in enumerate(cells))
        for cells in (zip(row, widths, strict=True) for row in body)
    )
    return "\n".join(f"  {line.rstrip()}" for line in lines)


def rounded(amount: Decimal, places: int) -> str:
    return f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):,f}"


def times(count: int, what: str) -> str:
    """Like 1 trade, 2 trades."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def coins(size: Base, name: str = "", *, signed: bool = False) -> str:
    sign = "+" if signed and size.sign() > 0 else ""
    return f"{sign}{rounded(size.raw, 4)}" + (f" {name}" if name else "")


def moment(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms // 1000, UTC):%Y-%m-%d %H:%M:%S}Z"


def reasons(found: Iterable[Reason]) -> str:
    """One line each: what it is about, what it means, the value and the limit. A dead node is told once."""
    return "\n".join(f"  {line}" for line in dict.fromkeys(map(sentence, together(list(found)))))


def together(found: Sequence[Reason]) -> list[Reason]:
    """Reasons that differ in their subject alone become one; what followed from a gap does not repeat its cause."""
    causes = [reason.value for reason in found if reason.code in _GAPS and reason.value]
    subjects: dict[Reason, dict[str, None]] = {}
    for reason in found:
        root = min((cause for cause in causes if reason.value.endswith(cause)), key=len, default=None)
        said = reason.value if root is None else root if reason.code in _GAPS else ""
        subjects.setdefault(replace(reason, subject="", value=said), {})[reason.subject] = None
    return [replace(reason, subject=", ".join(names)) for reason, names in subjects.items()]


_GAPS = (Code.UNREADABLE, Code.MISCONFIGURED)


def sentence(reason: Reason) -> str:
    figures = ", ".join(part for part in (reason.value, f"limit: {reason.limit}" if reason.limit else "") if part)
    return f"{reason.subject}: {MEANING[reason.code][1]}" + (f": {figures}" if figures else "") + f" [{reason.code}]"


def when(snapshot: Snapshot) -> str:
    """The moment in words: each source once."""
    seen = {stamp.source: stamp for stamp in snapshot.stamps()}
    parts = (
        f"{source} block {stamp.block}, {moment(stamp.time_ms)}"
        if stamp.block
        else f"{source} {moment(stamp.time_ms)}"
        for source, stamp in seen.items()
    )
    return "; ".join(parts) or "nothing could be read"


def hedges(states: Sequence[HedgeState]) -> str:
    header = ("hedge", "exposure", "position", "target", "net delta", "hedged", "price")
    rows = (
        (
            state.underlying,
            coins(state.exposure),
            coins(state.position),
            coins(state.target),
            coins(state.delta, signed=True),
            percent(-state.position / state.exposure, 1) if state.exposure else "-",
            price(state.price),
        )
        for state in states
    )
    return table(rows, header) if states else "  no hedge could be computed"


def action(act: Action) -> str:
    match act:
        case Trade():
            verb = "sell" if act.size.sign() < 0 else "buy"
            only = ", only to reduce" if act.reduce_only else ""
            bound = "no less than" if act.size.sign() < 0 else "no more than"
            return f"{verb} {abs(act.size)} {act.market} at {bound} {price(act.worst)}{only}"
        case Fund():
            way = "from the operator's reserve into the venue" if act.amount.sign() > 0 else "back to the account"
            return f"move {usd(abs(act.amount))} of collateral {way}"
        case Protect():
            return f"keep a stop order of {act.size} {act.market} at {price(act.trigger)}"
        case Cancel():
            return f"cancel order {act.order_id}"
        case Claim():
            return f"claim funding of {act.market}"


def legs(found: Iterable[Leg]) -> str:
    lines = (f"  {leg.venue}: {_PURPOSE.get(leg.kind, '')}{action(act)}" for leg in found for act in leg.actions)
    return "\n".join(lines) or "  nothing"


_PURPOSE = {Kind.RESCUE: "to lower the leverage, ", Kind.ROLL: "to change venues, ", Kind.FLATTEN: "to close, "}


def dropped(found: Iterable[Dropped]) -> str:
    parts = (f"{legs((each.leg,))}\n    not done:\n{_indent(reasons(each.reasons))}" for each in found)
    return "\n".join(parts)


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def before_after(rehearsal: Rehearsal) -> str:
    """What the rehearsal changed, venue by venue."""
    rows = []
    after = {view.venue: view for view in rehearsal.after.views}
    for view in rehearsal.before.views:
        then = after[view.venue]
        for market in view.markets:
            name = f"{view.venue} {market.name} position"
            rows.append((name, coins(view.size(market.name)), coins(then.size(market.name))))
        rows.append((f"{view.venue} equity", usd(view.equity), usd(then.equity)))
        if view.free is not None and then.free is not None:
            rows.append((f"{view.venue} free collateral", usd(view.free), usd(then.free)))
        rows.append((f"{view.venue} operator's reserve", usd(view.reserve), usd(then.reserve)))
    spot = {held.wallet: held for held in rehearsal.after.held}
    for held in rehearsal.before.held:
        later = {(h.asset, h.underlying): h.amount for h in spot[held.wallet].holdings} if held.wallet in spot else {}
        for holding in held.holdings:
            now = later.get((holding.asset, holding.underlying))
            name = f"{held.wallet} {holding.asset or holding.underlying}"
            of = holding.underlying
            rows.append((name, coins(holding.amount, of), "not read" if now is None else coins(now, of)))
    return "\n".join((table(rows, ("", "before", "after")), *_remarks(rehearsal)))


def _remarks(rehearsal: Rehearsal) -> Iterable[str]:
    """What the venues said of it: a keeper's price, a model's assumptions."""
    before = {remark for view in rehearsal.before.views for remark in view.remarks}
    said = (f"  {view.venue}: {remark}" for view in rehearsal.after.views for remark in view.remarks)
    return (line for line in said if line.partition(": ")[2] not in before)


def movements(found: Iterable[Movement], address: Callable[[Address], str]) -> str:
    """Amounts are the token's own integers. `address` names the configuration's: Words.address."""
    rows = ((m.kind, address(m.token), address(m.source), address(m.target), f"{m.amount:,}") for m in found)
    return table(rows, ("event", "token", "from", "to", "raw units"), left=4)


def calls(found: Iterable[OwnerCall], says: Callable[[OwnerCall], Iterable[str]] = lambda call: ()) -> str:
    """Unsigned calls, ready for a wallet or a Safe. `says` reads their bytes back: Words.call."""
    return "\n\n".join("\n".join(_call(call, says(call))) for call in found)


def _call(call: OwnerCall, says: Iterable[str]) -> Iterable[str]:
    yield f"  # {call.why}"
    yield from (f"  # {line}" for line in says)
    yield f"  chain {call.chain_id}\n  from  {call.sender}\n  to    {call.to}"
    yield f"  value {call.value} wei\n  data  0x{call.data.hex()}"
