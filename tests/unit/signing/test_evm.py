from dataclasses import replace

import pytest
import rlp  # type: ignore[import-untyped]
from eth_account import Account
from eth_utils.crypto import keccak

from agent.errors import Refused
from agent.firewall import Rule
from agent.model import Message
from agent.signing import evm
from agent.signing.evm import EvmSigner
from agent.signing.keys import Key
from agent.signing.secret import Secret
from tests.unit.firewall.scene import CHAIN_ID, OPERATOR, OPERATOR_SECRET, STRANGER, VENUE, signer
from tests.unit.firewall.test_slot import CALL


def test_seal__transaction__bytes_decode_to_the_payload_and_recover_to_the_operator() -> None:
    signed = signer().seal(VENUE, CALL)
    assert signed.raw[0] == 2
    numbers = [CHAIN_ID, CALL.nonce, CALL.tip, CALL.max_fee, CALL.gas]
    expected = [number.to_bytes((number.bit_length() + 7) // 8) for number in numbers]
    assert rlp.decode(signed.raw[1:])[:9] == [*expected, bytes.fromhex(CALL.to[2:]), b"", CALL.data, []]
    assert Account.recover_transaction(signed.raw) == OPERATOR
    assert (signed.venue, signed.payload, signed.ref) == (VENUE, CALL, f"0x{keccak(signed.raw).hex()}")


def test_seal__twice__same_bytes() -> None:
    assert signer().seal(VENUE, CALL) == signer().seal(VENUE, CALL)


def test_seal__message__refused() -> None:
    message = Message(lane=CALL.lane, nonce=1, expires_ms=1, url="https://exchange", body=b"{}")
    with pytest.raises(Refused, match=Rule.DIALECT):
        signer().seal(VENUE, message)


def test_seal__key_of_another_address__refused() -> None:
    mixed_up = EvmSigner(key=Key(address=STRANGER, secret=Secret(OPERATOR_SECRET)), chain_id=CHAIN_ID)
    with pytest.raises(Refused, match=Rule.SIGNATURE):
        mixed_up.seal(VENUE, CALL)


@pytest.mark.parametrize(
    "altered",
    [
        {"chainId": 1},
        {"nonce": 8},
        {"to": bytes.fromhex(OPERATOR[2:])},
        {"value": 1},
        {"data": b"cell"},
        {"gas": 500_001},
        {"maxFeePerGas": CALL.max_fee + 1},
        {"maxPriorityFeePerGas": CALL.tip + 1},
        {"accessList": ({"address": STRANGER, "storageKeys": ()},)},
    ],
    ids=lambda altered: next(iter(altered)),
)
def test_seal__library_signs_something_else__refused(
    altered: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = evm._sign
    monkeypatch.setattr(evm, "_sign", lambda fields, key: sign({**fields, **altered}, key))
    with pytest.raises(Refused, match=Rule.SIGNATURE):
        signer().seal(VENUE, CALL)


def test_seal__library_signs_with_another_key__refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sign = evm._sign
    monkeypatch.setattr(evm, "_sign", lambda fields, key: sign(fields, keccak(key)))
    with pytest.raises(Refused, match=Rule.SIGNATURE):
        signer().seal(VENUE, replace(CALL, nonce=9))
