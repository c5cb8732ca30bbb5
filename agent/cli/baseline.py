"""`journal adopt` and `journal resume`: what only a person decides about our records."""

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.cli import show
from agent.cli.words import Words
from agent.errors import Exit, NeedsPerson
from agent.model import Intent, Lane, Memory, Name, OpenOrder, Plan, Snapshot, Stamp, State, value
from agent.model.plain import plain
from agent.model.words import side
from agent.prompt import ask
from agent.units import Base

if TYPE_CHECKING:
    from agent.settings import Configuration
    from agent.wiring import Works


@value
class Baseline:
    """What is live: positions, the last nonces used, spot, and the blocks they were seen at.

    `working` are orders of ours: what they fill counts from here.
    """

    positions: dict[tuple[Name, Name], Base]
    working: dict[str, Base]
    nonces: dict[Lane, int]
    exposures: dict[Name, Base]
    stamps: tuple[Stamp, ...]

    def table(self) -> str:
        rows: list[tuple[str, object]] = [
            (f"{venue} {market} position", size) for (venue, market), size in self.positions.items()
        ]
        rows += [(f"order {order}, which still works", size) for order, size in self.working.items()]
        rows += [(f"last nonce of {lane}", nonce) for lane, nonce in self.nonces.items()]
        rows += [(f"{underlying} exposure", amount) for underlying, amount in self.exposures.items()]
        return show.table(rows)

    def json(self) -> dict[str, object]:
        positions = [
            {"venue": venue, "market": market, "size": str(size)} for (venue, market), size in self.positions.items()
        ]
        figures = {"working": self.working, "nonces": self.nonces, "exposures": self.exposures}
        return {"positions": positions, **{name: plain(each) for name, each in figures.items()}}


async def adopt(settings: "Configuration", args: argparse.Namespace) -> Exit:
    """With --json nobody is asked: without --yes it only shows what would be adopted."""
    from agent.wiring import opened

    async with opened(settings) as works, works.run("journal adopt") as diary:
        live = await _live(works)
        if not args.json:
            at = "; ".join(f"{stamp.source} block {stamp.block}" for stamp in dict.fromkeys(live.stamps))
            print(Words(settings=settings).text(f"at {at}\n{live.table()}"))
        agreed = args.yes or (not args.json and _agreed("adopt this as the baseline? [y/N] "))
        if agreed:
            works.ledger.adopt(live.positions, live.nonces, live.exposures, live.stamps)
        ends = Exit.DONE if agreed else Exit.PERSON
        diary.close(ends, "adopted what is live" if agreed else "nothing adopted")
    print(json.dumps({"exit": int(ends), "adopted": agreed, **live.json()}) if args.json else _said(agreed))
    return ends


def _said(agreed: bool) -> str:
    return "adopted" if agreed else "nothing adopted"


async def _live(works: "Works") -> Baseline:
    """Raises NeedsPerson while something may still change it, or cannot be read."""
    signed = [intent for intent in works.ledger.open() if intent.state is State.SIGNED]
    waiting = [intent for intent in signed if intent.lane in works.house.wires]
    if waiting:
        refs = ", ".join(intent.attempts[-1].ref for intent in waiting)
        raise NeedsPerson(f"{refs} may still be mined: let `hedgekeeper run` or `flatten` end it, then adopt")
    snapshot, plan = await works.look(Memory())  # as it is, whatever our records say of it
    if snapshot.gaps:
        gaps = "; ".join(f"{gap.source}: {gap.why}" for gap in snapshot.gaps)
        raise NeedsPerson(f"not all could be read, so nothing is adopted: {gaps}")
    if unclear := [*_unclear(snapshot, works.ledger.open())]:
        raise NeedsPerson(f"nothing is adopted: {'; '.join(unclear)}")
    return _baseline(snapshot, plan)


def _unclear(snapshot: Snapshot, open_: Sequence[Intent]) -> Iterator[str]:
    """Orders whose fill would be counted by nobody, or twice."""
    ours, there = {intent.order_id for intent in open_}, {order.id for _, order in _working(snapshot)}
    for venue, order in _working(snapshot):
        if order.id not in ours:
            said = f"{venue} order {order.id} ({side(order.size)} {order.market}) still works"
            way = "wait for its end, or let `hedgekeeper flatten` take it back, then adopt"
            yield f"{said}, and our journal does not know it: {way}"
    used = {terms.lane: terms.nonce for terms in snapshot.terms}
    for intent in open_:
        landed = intent.attempts[0].payload.nonce < used.get(intent.lane, 0)
        if intent.order_id and landed and intent.order_id not in there:
            yield f"how order {intent.order_id} ended is not known yet: let `hedgekeeper run` find out, then adopt"


def _working(snapshot: Snapshot) -> Iterator[tuple[Name, OpenOrder]]:
    for view in snapshot.views:
        yield from ((view.venue, order) for order in view.orders if order.role == "working")


def _baseline(snapshot: Snapshot, plan: Plan) -> Baseline:
    return Baseline(
        working={order.id: order.size for _, order in _working(snapshot)},
        positions={
            (view.venue, market.name): view.size(market.name) for view in snapshot.views for market in view.markets
        },
        nonces={terms.lane: terms.nonce - 1 for terms in snapshot.terms},
        exposures={state.underlying: state.exposure for state in plan.hedges},
        stamps=tuple(stamp for stamp in snapshot.stamps() if stamp.block is not None),
    )


async def resume(settings: "Configuration", args: argparse.Namespace) -> Exit:
    from agent.wiring import opened

    async with opened(settings) as works:
        held = works.ledger.memory().hold
        async with works.run("journal resume") as diary:
            works.ledger.hold(None)
            said = f"lifted: {held}" if held else "nothing was on hold"
            diary.close(Exit.DONE, said)
    if args.json:
        print(json.dumps({"exit": int(Exit.DONE), "lifted": held}))
    else:
        print(f"{said}; the next run hedges again" if held else said)
    return Exit.DONE


def _agreed(question: str) -> bool:
    """Nobody there to answer is a no."""
    try:
        return ask(question).strip().lower() in ("y", "yes")
    except EOFError:
        print("\nno terminal to ask at: --yes adopts without asking")
        return False
