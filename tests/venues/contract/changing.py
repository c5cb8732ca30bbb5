"""Cards VC-25 to VC-30: what happened without us, by the venue's own records."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from agent.errors import Unreadable
from agent.hedge.strangers import changes
from agent.model import Cause, Happening, Memory
from agent.model.happened import Answer
from agent.units import Base, Ratio, Usd
from tests.kit.toys.fetches import dark
from tests.venues.contract.desk import Desk, from_tape, replay

HALF = Ratio("0.5")
ASK: Mapping[Cause, Answer] = dict.fromkeys(Cause, "ask")


class Changing:
    def test_vc25_happened__a_fill_of_our_own__is_called_as_our_records_call_it(self, desk: Desk) -> None:
        intent = desk.trade_for_good(-desk.size)
        settled = desk.probe(intent).settlement
        [fill] = traded(desk.happened())
        assert settled is not None
        assert (fill.venue, fill.cause, fill.market) == (desk.venue.name, Cause.TRADE, desk.market)
        assert (fill.size, fill.price) == (settled.filled, settled.price)
        assert fill.ref == intent.attempts[-1].ref
        assert fill.time_ms <= desk.view().stamp.time_ms

    @pytest.mark.parametrize("cause", [Cause.LIQUIDATION, Cause.ADL, Cause.TRADE, Cause.STOP])
    def test_vc26_happened__changed_by_another__is_named_with_cause_size_and_price_and_nothing_else_is(
        self, desk: Desk, cause: Cause
    ) -> None:
        """Where the venue has no such thing, nothing of it is named either."""
        intent = desk.trade_for_good(-desk.size)
        before, held = desk.happened(), desk.view()
        if not desk.meddle(cause, desk.size * HALF):
            assert cause in (Cause.ADL, Cause.STOP)
            assert desk.happened() == before
            return
        after, now = desk.happened(), desk.view()
        assert after[: len(before)] == before
        [new] = after[len(before) :]
        assert (new.venue, new.cause, new.market) == (desk.venue.name, cause, desk.market)
        assert new.size == now.size(desk.market) - held.size(desk.market) > Base(0)
        assert new.price is not None
        assert abs(new.price / now.market(desk.market).index - Ratio(1)) < Ratio("0.1")
        assert new.ref not in ("", *(attempt.ref for attempt in intent.attempts))
        assert held.stamp.time_ms <= new.time_ms <= now.stamp.time_ms

    @pytest.mark.parametrize("cause", [Cause.LIQUIDATION, Cause.TRADE])
    def test_vc27_change__of_what_our_records_know__is_explained_by_what_the_venue_says(
        self, desk: Desk, cause: Cause
    ) -> None:
        intent = desk.trade_for_good(-desk.size)
        known = Memory(
            positions={(desk.venue.name, desk.market): desk.position()},
            refs=frozenset(attempt.ref for attempt in intent.attempts),
        )
        desk.meddle(cause, desk.size * HALF)
        view = desk.view()
        [puzzle] = changes(view, known)
        [change] = changes(view, replace(known, happened=desk.happened()))
        assert (puzzle.found, [each.cause for each in change.found]) == ((), [cause])

    def test_vc28_change__a_fill_that_our_records_missed__is_ours(self, desk: Desk) -> None:
        intent = desk.trade_for_good(-desk.size)
        known = Memory(
            positions={(desk.venue.name, desk.market): Base(0)},
            refs=frozenset(attempt.ref for attempt in intent.attempts),
            happened=desk.happened(),
        )
        [change] = changes(desk.view(), known)
        assert change.answer(known, ASK) == "rehedge"
        assert change.reason(known, ASK).value.startswith("a fill of ours that the records missed")

    def test_vc29_happened__collateral_that_comes_and_goes__is_named_with_its_amount(self, desk: Desk) -> None:
        desk.trade_for_good(-desk.size)
        before = desk.happened()
        for amount in (Usd(500), Usd(-200)):
            desk.bench.run(desk.bench.move_funds(amount))
            desk.settle()
        new = desk.happened()[len(before) :]
        assert [(each.cause, each.amount, each.market, each.size) for each in new] == [
            (Cause.FUNDS, Usd(500), None, Base(0)),
            (Cause.FUNDS, Usd(-200), None, Base(0)),
        ]

    def test_vc30_happened__since_a_moment_or_cut_off__is_all_of_that_time_or_unreadable(self, desk: Desk) -> None:
        desk.trade_for_good(-desk.size)
        view = desk.view()
        assert desk.happened(since_ms=view.stamp.time_ms + 1) == ()
        tape, _ = desk.tape(desk.venue.happened(view, 0))
        assert traded(replay(desk.venue.happened(view, 0), tape))
        for asked in tape:
            with pytest.raises(Unreadable):
                desk.read_with(desk.venue.happened(view, 0), from_tape({**tape, asked: Unreadable("cut off")}))
        with pytest.raises(Unreadable):
            desk.read_with(desk.venue.happened(view, 0), dark)


def traded(found: Sequence[Happening]) -> list[Happening]:
    return [each for each in found if each.cause is not Cause.FUNDS]
