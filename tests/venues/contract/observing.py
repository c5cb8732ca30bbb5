"""Cards VC-01 to VC-06: what is seen."""

import socket
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.errors import Unreadable
from agent.units import Base, Price, Ratio, Usd
from tests.kit.toys.fetches import dark
from tests.venues.contract.bench import VenueBench
from tests.venues.contract.desk import Desk, Tape, from_tape, replay

A_CENT = Decimal("0.01")
"""Contracts round: a larger size may be better by a hair."""
GARBAGE = (b"", b"\xff not JSON", b"null")


class Observing:
    @pytest.fixture
    def desk(self, bench: VenueBench) -> Desk:
        return Desk(bench)

    def test_vc01_observe__from_a_transcript__one_or_two_rounds_and_no_socket(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tape, rounds = desk.tape(desk.venue.observe())
        seen = desk.read_with(desk.venue.observe(), from_tape(tape))
        monkeypatch.setattr(socket, "socket", _forbidden)
        assert replay(desk.venue.observe(), tape) == seen
        assert rounds in (1, 2)

    def test_vc02_view__flat_then_short__is_signed_and_stamped(self, desk: Desk) -> None:
        before = desk.view()
        desk.trade_for_good(-desk.size)
        after = desk.view()
        assert (before.size(desk.market), after.size(desk.market)) == (Base(0), -desk.size)
        assert before.venue == after.venue == desk.venue.name
        assert before.stamp.source == after.stamp.source
        assert before.stamp.time_ms < after.stamp.time_ms

    def test_vc03_market__its_figures__can_be_traded_with(self, desk: Desk) -> None:
        market = desk.view().market(desk.market)
        assert market.lot > Base(0)
        assert market.minimum >= Usd(0)
        assert min(market.mark, market.index) > Price(0)
        assert market.funding.interval_s > 0
        assert Ratio(0) < market.maintenance_margin <= market.initial_margin < Ratio(1)
        assert desk.size.to_lot(market.lot) == desk.size

    def test_vc04_depth__where_the_venue_can_say__grows_worse_with_size(self, desk: Desk) -> None:
        depth = desk.view().market(desk.market).depth
        for way in (1, -1):
            side = [point for point in depth if point.size.sign() == way]
            for prices in ([point.average for point in side], [point.bound for point in side]):
                cents = [price.raw.quantize(A_CENT) for price in prices]
                assert cents == sorted(cents, reverse=way < 0)
            assert all((point.bound - point.average).raw * way >= 0 for point in side)

    def test_vc05_observe__any_one_answer_missing__is_unreadable(self, desk: Desk) -> None:
        """Never a view with a hole in it."""
        tape, _ = desk.tape(desk.venue.observe())
        for asked in tape:
            _hole(desk, tape, {asked: Unreadable("cut off")}, "cut off")
        with pytest.raises(Unreadable):
            desk.read_with(desk.venue.observe(), dark)

    def test_vc06_observe__any_one_answer_garbage__is_unreadable(self, desk: Desk) -> None:
        tape, _ = desk.tape(desk.venue.observe())
        for asked in tape:
            for garbage in GARBAGE:
                _hole(desk, tape, {asked: garbage})


def _hole(desk: Desk, tape: Tape, hole: Tape, says: str = "") -> None:
    """It cannot be read; or it lacks one price of the depth, and the market looks thinner than it is."""
    said = []
    try:
        view = desk.read_with(desk.venue.observe(), from_tape({**tape, **hole}))
    except Unreadable as error:
        said.append(str(error))
    if said:
        assert says in said[0]
        return
    whole = replay(desk.venue.observe(), tape)
    missing = set(whole.market(desk.market).depth) - set(view.market(desk.market).depth)
    assert len(missing) <= 1
    markets = tuple(replace(each, depth=whole.market(each.name).depth) for each in view.markets)
    assert replace(view, markets=markets) == whole


def _forbidden(*args: object, **kwargs: object) -> None:
    raise AssertionError("a venue opens no socket")
