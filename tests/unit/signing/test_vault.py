from dataclasses import replace
from random import Random

import pytest

from agent.errors import Exit, Refused
from agent.firewall import Firewall, Rule
from agent.model import EvmTx, Intent, Payload, Rules, Signed
from agent.signing.evm import EvmSigner
from agent.signing.keys import Key
from agent.signing.secret import Secret
from agent.signing.vault import LocalVault
from tests.unit.firewall.scene import (
    CEILING,
    CHAIN_ID,
    DELEGATED,
    GWEI,
    LANE,
    OPERATOR,
    OTHER_LANE,
    VENUE,
    Case,
    increase,
    made_address,
    signer,
)

SOUND: Case = increase(DELEGATED, Random(1))
BUMPED = replace(SOUND.tx, max_fee=30 * GWEI)
BURN = replace(SOUND.tx, to=OPERATOR, data=b"", gas=21_000, max_fee=30 * GWEI)


def vault() -> LocalVault:
    return LocalVault(Firewall({VENUE: DELEGATED}), {LANE: signer()})


def intent(*attempts: Signed) -> Intent:
    return Intent(id=1, ceiling=CEILING, attempts=attempts)


def refused(payload: Payload, rules: Rules) -> str:
    with pytest.raises(Refused) as found:
        vault().sign(VENUE, payload, rules)
    assert found.value.exit is Exit.PERSON
    return found.value.rule


def test_sign__judged_payload__signed_by_the_lanes_key() -> None:
    assert vault().sign(VENUE, SOUND.tx, SOUND.rules) == signer().seal(VENUE, SOUND.tx)


def test_sign__one_byte_other_than_rehearsed__refused_before_anything_else() -> None:
    altered = replace(SOUND.tx, data=SOUND.tx.data[:-1] + b"\1")
    assert refused(altered, SOUND.rules) == Rule.NOT_REHEARSED


def test_sign__lane_without_a_key__refused() -> None:
    pins, tx = replace(DELEGATED, lane=OTHER_LANE), replace(SOUND.tx, lane=OTHER_LANE)
    elsewhere = LocalVault(Firewall({VENUE: pins}), {LANE: signer()})
    with pytest.raises(Refused, match=Rule.LANE):
        elsewhere.sign(VENUE, tx, replace(SOUND.rules, rehearsed=(tx,)))


@pytest.mark.parametrize("payload", [BUMPED, BURN], ids=["bump", "burn"])
def test_again__bump_or_burn_of_our_own_first_attempt__signed(payload: EvmTx) -> None:
    first = signer().seal(VENUE, SOUND.tx)
    assert vault().again(intent(first), payload) == signer().seal(VENUE, payload)


def test_again__second_bump__signed() -> None:
    first, second = signer().seal(VENUE, SOUND.tx), signer().seal(VENUE, BUMPED)
    third = replace(BUMPED, max_fee=40 * GWEI)
    assert vault().again(intent(first, second), third).payload == third


def test_again__breaks_a_slot_rule__refused() -> None:
    first = signer().seal(VENUE, SOUND.tx)
    with pytest.raises(Refused, match=Rule.FEE_NOT_RAISED):
        vault().again(intent(first), SOUND.tx)


def test_again__lane_without_a_key__refused() -> None:
    first = signer().seal(VENUE, SOUND.tx)
    with pytest.raises(Refused, match=Rule.LANE):
        vault().again(intent(first), replace(BUMPED, lane=OTHER_LANE))


def test_again__journal_names_a_call_that_we_never_signed__refused() -> None:
    """A damaged or forged journal: there are no warrants here that would catch the call."""
    signed = signer().seal(VENUE, SOUND.tx)
    theft = replace(SOUND.tx, to=made_address("thief"))
    forged = replace(signed, payload=theft)
    with pytest.raises(Refused, match=Rule.NOT_OURS):
        vault().again(intent(forged), replace(theft, max_fee=30 * GWEI))


def test_again__first_attempt_by_another_key__refused() -> None:
    stranger = EvmSigner(key=Key(address=OPERATOR, secret=Secret(b"\1" * 32)), chain_id=CHAIN_ID)
    with pytest.raises(Refused, match=Rule.SIGNATURE):
        stranger.seal(VENUE, SOUND.tx)
    garbage = Signed(venue=VENUE, payload=SOUND.tx, raw=b"\2garbage", ref="0x")
    with pytest.raises(Refused, match=Rule.NOT_OURS):
        vault().again(intent(garbage), BUMPED)
