"""Plays the planned transactions on a fork and shows before and after. Needs no key, signs nothing.

What has been mined since the last run counts as done. What is not mined yet is in flight, and not on the fork: a run
ends that first and then looks again, so the exit code is 75.
"""

import argparse
import json
from collections.abc import Iterator

from agent.cli import outcome, show
from agent.cli.afoot import Afoot
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration
from agent.cli.recorded import complain_of
from agent.cli.words import Words
from agent.errors import Exit
from agent.model import Message, Played, Rehearsal, Report

EXAMPLES = """\
  hedgekeeper rehearse          the very transactions, played by impersonation on a fork of your chain
  hedgekeeper rehearse --json   with every transaction and every Transfer and Approval of yours
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)


def main(args: argparse.Namespace) -> Exit:
    from dataclasses import replace

    from agent.wiring import hedged, opened

    settings = configuration(args)
    words = Words(settings=settings)

    async def look() -> tuple[Report, Afoot]:
        async with opened(settings, command="rehearse") as works:
            then = await works.in_hindsight()
            report, afoot = await hedged(then), Afoot.of(then)
            report = replace(report, reasons=(*afoot.reasons(words), *report.reasons))
            works.ledger.end_run(report.exit, outcome.summary(report, [], words))
            complain_of(works.records)
            return report, afoot

    report, afoot = finished(look())
    if args.json:
        print(json.dumps({**outcome.report_json(report), "in_flight": afoot.json(words)}))
    else:
        print(text(report.rehearsal, report, afoot, words))
    return report.exit


def text(rehearsal: Rehearsal, report: Report, afoot: Afoot, words: Words) -> str:
    parts = [f"at {show.when(rehearsal.before)}", show.hedges(rehearsal.hedges)]
    if afoot.intents:
        parts.append(f"in flight\n{afoot.text(words)}")
    parts.append(f"would do\n{show.legs(draft.leg for draft in rehearsal.drafts)}")
    parts += _played(rehearsal, words)
    if rehearsal.dropped:
        parts.append(f"held back\n{show.dropped(rehearsal.dropped)}")
    told = {reason for each in rehearsal.dropped for reason in each.reasons}
    if notes := [reason for reason in report.reasons if reason not in told]:
        parts.append(f"why\n{show.reasons(notes)}")
    return "\n\n".join((*map(words.text, parts), *words.calls(rehearsal.calls)))


def _played(rehearsal: Rehearsal, words: Words) -> list[str]:
    """Transactions as a fork has played them; messages, for which there is none, as their venue's model has."""
    if not (rehearsal.played or rehearsal.modelled):
        return []
    parts = [f"played on a fork\n{_transactions(rehearsal, words)}"] if rehearsal.played else []
    if messages := "\n".join(_messages(rehearsal, words)):
        parts.append(f"by the venue's own model, not on a fork\n{messages}")
    parts.append(show.before_after(rehearsal))
    if touched := [movement for each in rehearsal.played for movement in each.movements]:
        parts.append(f"transfers and approvals of ours\n{show.movements(touched, words.address)}")
    return parts


def _messages(rehearsal: Rehearsal, words: Words) -> Iterator[str]:
    for draft in rehearsal.drafts:
        sent = (payload for payload in draft.payloads if isinstance(payload, Message))
        yield from (f"  {draft.leg.venue}: {words.does(draft.leg.venue, payload)}" for payload in sent)


def _transactions(rehearsal: Rehearsal, words: Words) -> str:
    venues = {(p.lane, p.nonce): draft.leg.venue for draft in rehearsal.drafts for p in draft.payloads}

    def does(each: Played) -> str:
        place = (each.tx.lane, each.tx.nonce)
        return words.does(venues[place], each.tx) if place in venues else words.address(each.tx.to)

    rows = (
        (each.tx.nonce, does(each), "ok" if each.ok else "FAILED", f"{each.gas_used:,}") for each in rehearsal.played
    )
    said = [f"  nonce {each.tx.nonce}: {each.said}" for each in rehearsal.played if not each.ok]
    return "\n".join([show.table(rows, ("nonce", "does", "fork", "gas used"), left=3), *said])
