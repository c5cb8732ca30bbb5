"""Shows what is held, what is short, and how safe the short is. Reads only: no key is needed, nothing is signed.

What of ours is in flight is shown with what the chain says of it now; so is a hold, and how to lift it.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import field

from agent.cli import margins, show
from agent.cli.afoot import Afoot
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration
from agent.cli.recorded import complain_of
from agent.cli.words import Words
from agent.errors import Exit, worst
from agent.hedge.carry import carry_a_year
from agent.hedge.gas import exits_paid
from agent.hedge.margin import leverage
from agent.hedge.runway import Runway
from agent.model import HedgeState, Holding, Kind, Past, Plan, Position, Snapshot, View, exit_for, value
from agent.model.plain import plain
from agent.model.words import coins, earns, gas_coin, percent, price, usd
from agent.units import Base

EXAMPLES = """\
  hedgekeeper status                       what is hedged now
  hedgekeeper status --json | jq .hedges   the same for a program
"""

SHORT = Base(-1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)


def main(args: argparse.Namespace) -> Exit:
    from agent.wiring import opened

    settings = configuration(args)

    async def look() -> Status:
        async with opened(settings) as works:
            then = await works.in_hindsight()
            snapshot, plan = await then.look()
            memory = works.ledger.memory()
            complain_of(works.records)
            return Status(
                snapshot=snapshot,
                plan=plan,
                afoot=Afoot.of(then),
                hold=memory.hold,
                left_out=works.moments.notes(),
                past=memory.past,
            )

    status, words = finished(look()), Words(settings=settings)
    print(json.dumps(status.json(words)) if args.json else words.text("\n\n".join(status.text(words))))
    return worst(*(exit_for(gap.reason) for gap in status.snapshot.gaps))


@value
class Status:
    snapshot: Snapshot
    plan: Plan
    afoot: Afoot
    hold: str | None
    left_out: tuple[str, ...]
    """Nodes, and why."""
    past: Past = field(default_factory=Past)

    @property
    def elsewhere(self) -> tuple[Holding, ...]:
        """Claimable funding, impact still to be settled, coins in open orders: whatever moves with a coin's price."""
        return tuple(holding for view in self.snapshot.views for holding in view.collateral)

    def json(self, words: Words) -> dict[str, object]:
        return {
            "hedges": [_hedge_json(state) for state in self.plan.hedges],
            "hold": self.hold,
            "in_flight": self.afoot.json(words),
            "reasons": plain(self.plan.reasons),
            "held_at_venues": plain(self.elsewhere),
            "margin": margins.as_json(self._runways(words)),
            "snapshot": plain(self.snapshot),
            "nodes_left_out": self.left_out,
        }

    def _runways(self, words: Words) -> tuple[Runway, ...]:
        return margins.of(self.snapshot, self.past, words.settings)

    def text(self, words: Words) -> Iterator[str]:
        yield f"at {show.when(self.snapshot)}"
        yield show.hedges(self.plan.hedges)
        if self.hold:
            yield f"on hold\n  {self.hold}: nothing is added to a position until `hedgekeeper journal resume`"
        if self.afoot.intents:
            yield f"in flight\n{self.afoot.text(words)}"
        if self.snapshot.held:
            yield f"spot, in your own wallets\n{_spot(self.snapshot)}"
        if self.elsewhere:
            yield f"held at the venues, and exposure like spot\n{_elsewhere(self.elsewhere)}"
        if rescue := [leg for leg in self.plan.legs if leg.kind is Kind.RESCUE]:
            yield f"in danger: what the next run does first\n{show.legs(rescue)}"
        runways = self._runways(words)
        yield from (
            _venue(view, [each for each in runways if each.venue == view.venue]) for view in self.snapshot.views
        )
        if gas := tuple(_gas(self.snapshot, words)):
            yield f"gas of the operators\n{show.table(gas)}"
        if self.snapshot.quotes:
            yield f"outside prices\n{_quotes(self.snapshot)}"
        if notes := (*(gap.reason for gap in self.snapshot.gaps), *self.plan.reasons):
            yield f"notes\n{show.reasons(notes)}"
        yield from (f"node left out: {note}" for note in self.left_out)


def _hedge_json(state: HedgeState) -> object:
    return {**plain(state), "delta": str(state.delta), "drift": str(state.drift)}


def _spot(snapshot: Snapshot) -> str:
    rows = (
        (held.wallet, h.asset or "declared", h.units or "", show.coins(h.amount, h.underlying))
        for held in snapshot.held
        for h in held.holdings
    )
    return show.table(rows, ("wallet", "asset", "units", "exposure"), left=2)


def _elsewhere(found: Iterable[Holding]) -> str:
    rows = ((each.where, each.asset, f"{coins(each.amount)} {each.underlying}") for each in found)
    return show.table(rows, ("venue", "what", "exposure"), left=2)


def _quotes(snapshot: Snapshot) -> str:
    rows = (
        (quote.source, quote.underlying, price(quote.price), show.moment(quote.updated_ms))
        for quote in snapshot.quotes
    )
    return show.table(rows, ("source", "of", "price", "updated"), left=2)


def _venue(view: View, runways: Iterable[Runway]) -> str:
    held = [position for position in view.positions if position.size]
    rows = [
        ("equity", usd(view.equity)),
        *([] if view.free is None else [("free collateral", usd(view.free))]),
        ("operator's reserve", usd(view.reserve)),
        *_unapproved(view),
        *_promised(view),
        *(row for position, runway in zip(held, runways, strict=True) for row in _position(view, position, runway)),
    ]
    said = [
        ("halted", view.halted),
        ("not only ours", view.strange),
        ("not configured", view.unconfigured),
        ("disputed", view.disputed),
        ("full", view.full),
        ("note", view.exits_only),
    ]
    if not view.may_trade:
        said.append(("delegation", "the account has not let the operator trade for it"))
    told = [*((name, why) for name, why in said if why), *(("note", remark) for remark in view.remarks)]
    lines = "".join(f"\n  {name}: {why}" for name, why in told)
    return f"venue {view.venue}\n{show.table(rows, left=2)}{lines}"


def _gas(seen: Snapshot, words: Words) -> Iterator[tuple[str, str, str]]:
    """An order pays for its keeper in advance, too, and what is left of that goes to the account."""
    settings = words.settings
    for terms in (terms for terms in seen.terms if terms.ceiling):
        names = {name for name, venue in settings.venues.items() if settings.lane(venue) == terms.lane}
        views = [view for view in seen.views if view.venue in names]
        lasts = f"pays for {exits_paid(terms, views)} exits at the fee ceiling"
        yield terms.lane, gas_coin(terms.gas_balance), lasts if len(views) == len(names) else "a venue was not read"


def _promised(view: View) -> Iterator[tuple[str, str]]:
    """What a short would make where none stands: a position has a line of its own."""
    empty = (market for market in view.markets if not view.size(market.name))
    return ((f"a short of {market.name}", earns(carry_a_year(market, SHORT))) for market in empty)


def _unapproved(view: View) -> Iterator[tuple[str, str]]:
    """Coins that are there, and that no order can take."""
    if view.allowance and view.allowance.held > view.reserve:
        yield "held, and not approved to the exchange", usd(view.allowance.held - view.reserve)


def _position(view: View, position: Position, runway: Runway) -> list[tuple[str, str]]:
    market, geared = view.market(position.market), leverage(view)
    carry = carry_a_year(market, position.size)
    words = "you RECEIVE" if carry.sign() >= 0 else "you PAY"
    return [
        (f"{market.name} position", f"{show.coins(position.size)} at {price(position.entry)}"),
        (f"{market.name} mark / index", f"{price(market.mark)} / {price(market.index)}"),
        (f"{market.name} leverage", f"{show.rounded(geared.raw, 2)}x" if geared else "no equity left"),
        (f"{market.name} liquidates at", runway.says()),
        (f"{market.name} carry", f"{words} {percent(abs(carry), 1)} a year at the present rate"),
    ]
