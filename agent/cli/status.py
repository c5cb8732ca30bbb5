"""Shows what is held, what is short, and how safe the short is. Reads only: no key is needed, nothing is signed."""

import argparse
import asyncio
import json

from agent.cli import show
from agent.cli.options import add_config, add_json, configuration
from agent.errors import Exit, worst
from agent.hedge.carry import carry_a_year
from agent.hedge.margin import distance, leverage, liquidation_price
from agent.hedge.words import percent, price, usd
from agent.model import Code, HedgeState, Plan, Position, Reason, Snapshot, View, exit_for
from agent.model.plain import plain

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

    async def look() -> tuple[Snapshot, Plan, tuple[str, ...]]:
        async with opened(configuration(args)) as works:
            return *await works.look(), works.moments.notes()

    snapshot, plan, left_out = asyncio.run(look())
    if args.json:
        print(json.dumps({**_json(snapshot, plan), "nodes_left_out": left_out}, indent=2))
    else:
        print("\n\n".join([_text(snapshot, plan), *(f"node left out: {note}" for note in left_out)]))
    return worst(*(exit_for(reason) for reason in _unreadable(snapshot)))


def _json(snapshot: Snapshot, plan: Plan) -> dict[str, object]:
    return {
        "hedges": [_hedge_json(state) for state in plan.hedges],
        "reasons": plain(plan.reasons),
        "snapshot": plain(snapshot),
    }


def _hedge_json(state: HedgeState) -> object:
    return {**plain(state), "delta": str(state.delta), "drift": str(state.drift)}


def _unreadable(snapshot: Snapshot) -> list[Reason]:
    return [Reason(code=Code.UNREADABLE, subject=gap.source, value=gap.why) for gap in snapshot.gaps]


def _text(snapshot: Snapshot, plan: Plan) -> str:
    parts = [
        f"at {show.when(snapshot)}",
        show.hedges(plan.hedges) if plan.hedges else "  no hedge could be computed",
        f"spot, in your own wallets\n{_spot(snapshot)}",
        *(_venue(view) for view in snapshot.views),
        f"outside prices\n{_quotes(snapshot)}",
    ]
    notes = (*_unreadable(snapshot), *plan.reasons)
    if notes:
        parts.append(f"notes\n{show.reasons(notes)}")
    return "\n\n".join(parts)


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
    if view.halted:
        rows.append(("halted", view.halted))
    if not view.may_trade:
        rows.append(("delegation", "the account has not let the operator trade for it"))
    return f"venue {view.venue}\n{show.table(rows)}"


def _position(view: View, position: Position) -> list[tuple[str, str]]:
    market = view.market(position.market)
    liquidation, geared = position.liquidation or liquidation_price(view, market), leverage(view)
    away = distance(liquidation, market.mark) if liquidation else "never"
    carry = carry_a_year(market, position.size)
    words = "you RECEIVE" if carry.sign() >= 0 else "you PAY"
    return [
        (f"{market.name} position", f"{show.coins(position.size)} at {price(position.entry)}"),
        (f"{market.name} mark / index", f"{price(market.mark)} / {price(market.index)}"),
        (f"{market.name} leverage", f"{show.rounded(geared.raw, 2)}x" if geared else "no equity left"),
        (f"{market.name} liquidates at", away),
        (f"{market.name} carry", f"{words} {percent(abs(carry), 1)} a year at the present rate"),
    ]
