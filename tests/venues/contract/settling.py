"""Cards VC-13 to VC-18: what became of what was sent."""

from agent.model import Code, Intent, Outcome, State
from agent.units import Base, Ratio
from tests.venues.contract.desk import Desk, within


def _filled(outcome: Outcome) -> Base:
    return outcome.settlement.filled if outcome.settlement else Base(0)


class Settling:
    def test_vc13_probe__before_anything_is_sent__is_signed(self, desk: Desk) -> None:
        for intent in desk.sign(desk.draft(desk.trade(-desk.size))):
            outcome = desk.probe(intent)
            assert (outcome.state, outcome.settlement) == (State.SIGNED, None)
            assert desk.next(intent) == intent.attempts[0].payload

    def test_vc14_probe__final__is_done_with_the_fill(self, desk: Desk) -> None:
        trade = desk.trade(-desk.size)
        intent = desk.send_all(desk.sign(desk.draft(trade)))
        desk.settle()
        outcome = desk.probe(intent)
        assert outcome.state is State.DONE
        assert outcome.reason is None
        assert outcome.settlement is not None
        assert (outcome.settlement.market, outcome.settlement.filled) == (desk.market, desk.position())
        assert within(outcome.settlement.price, trade)

    def test_vc15_probe__at_any_moment__the_fill_is_what_the_position_shows(self, desk: Desk) -> None:
        """Mined is not filled: until the position shows it, it is a working order or nothing."""
        intent = desk.send_all(desk.sign(desk.draft(desk.trade(-desk.size))))
        outcome, view = desk.probe(intent), desk.view()
        assert outcome.state in (State.LANDED, State.DONE)
        assert _filled(outcome) == view.size(desk.market)
        assert view.size(desk.market) + view.working(desk.market) == -desk.size
        assert bool(outcome.order_id) == bool(view.working(desk.market))
        desk.settle()
        assert desk.view().working(desk.market) == Base(0)

    def test_vc16_probe__a_price_that_the_market_refuses__is_refused(self, desk: Desk) -> None:
        before = desk.view()
        intent = desk.send_all(desk.sign(desk.doomed(-desk.size)))
        desk.settle()
        outcome = desk.probe(intent)
        assert outcome.state is State.REFUSED
        assert outcome.reason is not None
        assert outcome.reason.code in (Code.REVERTED, Code.CANCELLED)
        assert _filled(outcome) == Base(0)
        assert desk.view().positions == before.positions

    def test_vc17_trades__there_and_back__add_up(self, desk: Desk) -> None:
        half = desk.size * Ratio("0.5")
        trades = ((-desk.size, False), (half, True), (-half, False))
        intents: list[Intent] = [desk.trade_for_good(size, reduce_only=back) for size, back in trades]
        fills = [_filled(desk.probe(intent)) for intent in intents]
        assert fills == [-desk.size, half, -half]
        assert desk.position() == sum(fills, Base(0))

    def test_vc18_reducing__to_zero__leaves_nothing(self, desk: Desk) -> None:
        desk.trade_for_good(-desk.size)
        desk.send_all(desk.sign(desk.draft(desk.trade(desk.size, reduce_only=True))))
        desk.settle()
        view = desk.view()
        assert view.size(desk.market) == Base(0)
        assert [order for order in view.orders if order.role == "working"] == []
