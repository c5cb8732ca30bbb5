"""Shows what is held, what is short, and how safe the short is. Reads only: no key is needed, nothing is signed.

What of ours is in flight is shown with what the chain says of it now; so is a hold, and how to lift it.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator

from agent.cli import show
from agent.cli.afoot import Afoot
from agent.cli.options import add_config, add_json, configuration
from agent.cli.words import Words
from agent.errors import Exit, worst
from agent.hedge.carry import carry_a_year
from agent.hedge.margin import distance, headroom, leverage, liquidation_price, maintenance_margin
from agent.hedge.words import percent, price, usd
from agent.model import HedgeState, Plan, Position, Snapshot, View, exit_for, value
from agent.model.plain import plain
from agent.units import Usd

SUMMARY = "exposure, position, net delta, margin, carry"
EXAMPLES = """\
  hedgekeeper status                       what is hedged now
  hedgekeeper status --json | jq .hedges   the same for a program
"""


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
            hold = works.ledger.memory().hold
            return Status(
                snapshot=snapshot, plan=plan, afoot=Afoot.of(then), hold=hold, left_out=works.moments.notes()
            )

    status, words = asyncio.run(look()), Words(settings=settings)
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

    def json(self, words: Words) -> dict[str, object]:
        return {
            "hedges": [_hedge_json(state) for state in self.plan.hedges],
            "hold": self.hold,
            "in_flight": self.afoot.json(words),
            "reasons": plain(self.plan.reasons),
            "snapshot": plain(self.snapshot),
            "nodes_left_out": self.left_out,
        }

    def text(self, words: Words) -> Iterator[str]:
        yield f"at {show.when(self.snapshot)}"
        yield show.hedges(self.plan.hedges)
        if self.hold:
            yield f"on hold\n  {self.hold}: nothing is added to a position until `hedgekeeper journal resume`"
        if self.afoot.intents:
            yield f"in flight\n{self.afoot.text(words)}"
        if self.snapshot.held:
            yield f"spot, in your own wallets\n{_spot(self.snapshot)}"
        yield from map(_venue, self.snapshot.views)
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


def _quotes(snapshot: Snapshot) -> str:
    rows = (
        (quote.source, quote.underlying, price(quote.price), show.moment(quote.updated_ms))
        for quote in snapshot.quotes
    )
    return show.table(rows, ("source", "of", "price", "updated"), left=2)


def _venue(view: View) -> str:
    rows = [
        ("equity", usd(view.equity)),
        ("free collateral", usd(view.free)),
        ("operator's reserve", usd(view.reserve)),
        *(row for position in view.positions if position.size for row in _position(view, position)),
    ]
    said = [
        ("halted", view.halted),
        ("not only ours", view.strange),
        ("disputed", view.disputed),
        ("full", view.full),
        ("note", view.exits_only),
    ]
    if not view.may_trade:
        said.append(("delegation", "the account has not let the operator trade for it"))
    told = [*((name, why) for name, why in said if why), *(("note", remark) for remark in view.remarks)]
    lines = "".join(f"\n  {name}: {why}" for name, why in told)
    return f"venue {view.venue}\n{show.table(rows)}{lines}"


def _position(view: View, position: Position) -> list[tuple[str, str]]:
    market = view.market(position.market)
    liquidation, geared = position.liquidation or liquidation_price(view, market), leverage(view)
    away = distance(liquidation, market.mark) if liquidation else "never"
    if headroom(view) <= Usd(0):
        away = f"any moment: it needs {usd(maintenance_margin(view))} of equity"
    carry = carry_a_year(market, position.size)
    words = "you RECEIVE" if carry.sign() >= 0 else "you PAY"
    return [
        (f"{market.name} position", f"{show.coins(position.size)} at {price(position.entry)}"),
        (f"{market.name} mark / index", f"{price(market.mark)} / {price(market.index)}"),
        (f"{market.name} leverage", f"{show.rounded(geared.raw, 2)}x" if geared else "no equity left"),
        (f"{market.name} liquidates at", away),
        (f"{market.name} carry", f"{words} {percent(abs(carry), 1)} a year at the present rate"),
    ]
