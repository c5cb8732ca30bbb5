"""Cards VC-19 to VC-24: exactly once, or never."""

import pytest

from agent.errors import Unreadable
from agent.model import Code, EvmTx, State
from agent.units import Base
from tests.kit.toys.fetches import dark
from tests.venues.contract.desk import Desk


class Surviving:
    def test_vc19_sending__the_same_bytes_again_and_again__changes_the_position_once(self, desk: Desk) -> None:
        intents = desk.sign(desk.draft(desk.trade(-desk.size)))
        for _ in range(3):
            desk.send_all(intents)
        desk.settle()
        desk.send_all(intents)
        desk.settle()
        assert desk.position() == -desk.size
        assert desk.probe(intents[-1]).state is State.DONE

    def test_vc20_expiry__never_sent__is_void_and_can_never_be_filled(self, desk: Desk) -> None:
        intent = desk.sign_last(desk.draft(desk.trade(-desk.size)))
        payload = intent.attempts[0].payload
        desk.wait_until(payload.expires_ms + 1_000)
        burn = desk.next(intent)
        if burn is not None:
            assert isinstance(burn, EvmTx)
            assert isinstance(payload, EvmTx)
            assert (burn.nonce, burn.data, burn.value) == (payload.nonce, b"", 0)
            intent = desk.another(intent, burn)
            desk.send(intent.attempts[-1])
        desk.settle()
        outcome = desk.probe(intent)
        assert outcome.state is State.VOID
        assert outcome.reason is not None
        assert outcome.reason.code is Code.BURNED
        desk.send(intent.attempts[0])
        desk.settle()
        assert desk.position() == Base(0)

    def test_vc21_probe__unreadable__says_nothing(self, desk: Desk) -> None:
        """Neither void nor signed: the line waits."""
        intent = desk.send_all(desk.sign(desk.draft(desk.trade(-desk.size))))
        for reading in (desk.venue.probe(intent), desk.wire.next(intent)):
            with pytest.raises(Unreadable):
                desk.read_with(reading, dark)

    def test_vc22_reorg__the_transaction_is_gone__the_same_bytes_land_once(self, desk: Desk) -> None:
        intent = desk.sign_last(desk.draft(desk.trade(-desk.size)))
        desk.send(intent.attempts[0])
        if not desk.bench.run(desk.bench.vanish()):
            assert desk.probe(intent).state is State.DONE
            return
        assert desk.probe(intent).state is State.SIGNED
        assert desk.next(intent) == intent.attempts[0].payload
        desk.send(intent.attempts[0])
        desk.settle()
        assert desk.probe(intent).state is State.DONE
        assert desk.position() == -desk.size

    def test_vc23_slot__used_by_other_bytes__needs_a_person(self, desk: Desk) -> None:
        intent = desk.sign_last(desk.draft(desk.trade(-desk.size)))
        foreign = desk.bench.foreign(intent.attempts[0].payload)
        if foreign is None:
            assert not isinstance(intent.attempts[0].payload, EvmTx)
            return
        desk.send(desk.bench.seal(foreign))
        desk.settle()
        outcome = desk.probe(intent)
        assert outcome.state is State.VOID
        assert outcome.reason is not None
        assert outcome.reason.code is Code.REPLACED

    def test_vc24_failure__not_yet_final__is_still_open(self, desk: Desk) -> None:
        """A reorg could undo it behind our back: only what cannot change any more ends an intent for nothing."""
        intent = desk.send_all(desk.sign(desk.doomed(-desk.size)))
        if not isinstance(intent.attempts[0].payload, EvmTx):
            assert desk.probe(intent).state is State.REFUSED
            return
        assert desk.probe(intent).state in (State.SIGNED, State.LANDED)
        desk.settle()
        assert desk.probe(intent).state is State.REFUSED
