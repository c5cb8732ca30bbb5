"""Cards VC-07 to VC-12: what is composed and rehearsed."""

import pytest

from agent.model import Action, Cancel, Cannot, Claim, Draft, Fund, Protect
from agent.units import Price, Usd
from tests.venues.contract.desk import Desk


class Planning:
    def test_vc07_compose__twice__is_the_same(self, desk: Desk) -> None:
        view, terms, leg = desk.view(), desk.terms(), desk.leg(desk.trade(-desk.size))
        assert desk.venue.compose(leg, view, terms) == desk.venue.compose(leg, view, terms)

    def test_vc08_compose__a_trade__takes_its_terms(self, desk: Desk) -> None:
        terms, leg = desk.terms(), desk.leg(desk.trade(-desk.size))
        draft = desk.venue.compose(leg, desk.view(), terms)
        assert isinstance(draft, Draft)
        assert draft.leg == leg
        assert [payload.nonce for payload in draft.payloads] == [terms.nonce + n for n in range(len(draft.payloads))]
        assert {payload.lane for payload in draft.payloads} == {terms.lane} == {desk.venue.lane}
        assert all(payload.expires_ms <= terms.expires_ms for payload in draft.payloads)

    @pytest.mark.parametrize("kind", ["withdraw", "protect", "cancel", "claim"])
    def test_vc09_compose__any_action__a_draft_or_a_reason(self, desk: Desk, kind: str) -> None:
        actions: dict[str, Action] = {
            "withdraw": Fund(amount=Usd(-1)),
            "protect": Protect(market=desk.market, size=desk.size, trigger=Price(1)),
            "cancel": Cancel(order_id="0"),
            "claim": Claim(market=desk.market),
        }
        found = desk.compose(actions[kind])
        if isinstance(found, Cannot):
            assert found.leg == desk.leg(actions[kind])
            assert found.reason.code in ("OWNER", "UNSUPPORTED", "WRONG_WAY")
            owner = found.reason.code == "OWNER" and desk.venue.lane.startswith("evm:")  # elsewhere nothing is called
            assert bool(found.calls) == owner
        else:
            assert found.payloads

    def test_vc10_rehearse__a_trade__ends_at_the_planned_position(self, desk: Desk) -> None:
        assert desk.rehearse(desk.draft(desk.trade(-desk.size))).size(desk.market) == -desk.size

    def test_vc11_rehearse__a_trade__leaves_the_world_as_it_was(self, desk: Desk) -> None:
        before, nonce = desk.view(), desk.terms().nonce
        desk.rehearse(desk.draft(desk.trade(-desk.size)))
        after = desk.view()
        assert (after.positions, after.orders, after.free) == (before.positions, before.orders, before.free)
        assert desk.terms().nonce >= nonce
        assert desk.position().sign() == 0

    def test_vc12_rehearse__then_sent__the_world_ends_as_rehearsed(self, desk: Desk) -> None:
        draft = desk.draft(desk.trade(-desk.size))
        rehearsed = desk.rehearse(draft)
        desk.send_all(desk.sign(draft))
        desk.settle()
        assert desk.position() == rehearsed.size(desk.market)
