"""Promise 8: a key or a password is in nothing that could be printed, logged, stored or sent."""

import copy
import json
import logging
import os
import pickle
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, astuple, replace
from pathlib import Path
from types import TracebackType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rlp.exceptions import RLPException  # type: ignore[import-untyped]

from agent.errors import ConfigError, Refused
from agent.firewall import Firewall
from agent.signing.evm import EvmSigner
from agent.signing.hyperliquid import HyperliquidSigner
from agent.signing.keys import CURVE_ORDER, Key, load_key
from agent.signing.keystore import create_keystore
from agent.signing.secret import Secret
from agent.signing.vault import LocalVault
from tests.unit.firewall.scene import CHAIN_ID, LANE, OPERATOR, OPERATOR_SECRET, STRANGER, VENUE
from tests.unit.firewall.test_slot import CALL
from tests.unit.signing.hyperliquid import AGENT, message
from tests.unit.signing.test_keys import CHEAP, Place, no_prompt, written

PASSWORD = "correct horse battery"


def spellings(secret: bytes) -> tuple[str, ...]:
    """How a secret would look wherever it shows: hex, digits, a bytes literal, a list of bytes."""
    number, numbers = str(int.from_bytes(secret)), str(list(secret))[1:-1]
    return (secret.hex(), secret.hex().upper(), number, numbers, repr(secret)[2:-1])


def shown(error: BaseException) -> Iterator[str]:
    """Everything a reporter could print of an error: its text, its parts, every frame's variables, what led to it."""
    seen, waiting = set[int](), [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield from (str(one), _repr(one), _repr(one.args), _repr(vars(one)), repr(getattr(one, "object", "")))
        yield from _variables(one.__traceback__)
        waiting += [each for each in (one.__cause__, one.__context__) if each is not None]


def _variables(trace: TracebackType | None) -> Iterator[str]:
    for frame, _ in traceback.walk_tb(trace):
        if frame.f_code.co_filename != __file__:  # this test knows the secret, of course
            yield from map(_repr, frame.f_locals.values())


def _repr(variable: object) -> str:
    try:
        return repr(variable)
    except AttributeError:  # an object that the error left half made
        return ""


def assert_hidden(shows: Iterator[str], *secrets: bytes) -> None:
    for text in shows:
        for secret in secrets:
            for spelling in (*spellings(secret), secret.decode(errors="replace")):
                assert spelling not in text, f"leaks in {text[:60]!r}"


def hold(secret: bytes) -> tuple[Secret, Key, EvmSigner, HyperliquidSigner, LocalVault]:
    key = Key(address=OPERATOR, secret=Secret(secret))
    signer = EvmSigner(key=key, chain_id=CHAIN_ID)
    messages = HyperliquidSigner(key=key, network="testnet")
    return key.secret, key, signer, messages, LocalVault(Firewall({}), {LANE: signer})


@pytest.mark.parametrize("holder", hold(OPERATOR_SECRET), ids=lambda holder: type(holder).__name__)
def test_holder__printed_formatted_or_logged__shows_nothing(holder: object, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("agent").warning("%s %r", holder, holder)
    shows = (str(holder), repr(holder), f"{holder}", f"{holder!r:>200}", f"{[holder]}", caplog.text)
    assert_hidden(iter(shows), OPERATOR_SECRET)


@pytest.mark.parametrize("holder", hold(OPERATOR_SECRET), ids=lambda holder: type(holder).__name__)
@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps], ids=lambda take: take.__name__)
def test_holder__pickled_or_copied__gives_nothing_away(take: Callable[[object], object], holder: object) -> None:
    if isinstance(holder, Secret) or take in (pickle.dumps, json.dumps, copy.deepcopy):
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)) as refused:
            take(holder)
        assert_hidden(shown(refused.value), OPERATOR_SECRET)
    else:
        assert_hidden(iter((repr(take(holder)),)), OPERATOR_SECRET)


@pytest.mark.parametrize("dump", [asdict, astuple])
def test_key__turned_into_plain_data__refused(dump: Callable[[Key], object]) -> None:
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        dump(hold(OPERATOR_SECRET)[1])


def test_secret__attributes_dumped__shows_nothing() -> None:
    secret = hold(OPERATOR_SECRET)[0]
    assert_hidden((repr(getattr(secret, name)) for name in dir(secret)), OPERATOR_SECRET)


# Errors -----------------------------------------------------------------------------------------------
Failing = Callable[[Path, bytes], object]


def signing_nonsense(folder: Path, key: bytes) -> object:
    return EvmSigner(key=Key(address=OPERATOR, secret=Secret(key)), chain_id=CHAIN_ID).seal(
        VENUE, replace(CALL, nonce=-1)
    )


def signing_for_another(folder: Path, key: bytes) -> object:
    return EvmSigner(key=Key(address=STRANGER, secret=Secret(key)), chain_id=CHAIN_ID).seal(VENUE, CALL)


def signing_a_message_for_another(folder: Path, key: bytes) -> object:
    other = HyperliquidSigner(key=Key(address=AGENT, secret=Secret(key)), network="testnet")
    return other.seal(VENUE, message())


def interrupted(folder: Path, key: bytes) -> object:
    def interrupt(raw: bytes) -> object:
        text = raw.hex()
        raise KeyboardInterrupt(len(text))

    return Secret(key).use(interrupt)


def failing_for_a_reason(folder: Path, key: bytes) -> object:
    def fail(raw: bytes) -> object:
        try:
            return raw.decode("ascii") + str(1 // 0)
        except (UnicodeDecodeError, ZeroDivisionError) as error:
            raise ConfigError("a reason with a cause") from error

    return Secret(key).use(fail)


def other_operator(folder: Path, key: bytes) -> object:
    written(folder / "key", key.hex())
    return load_key(Place(file=folder / "key", address=STRANGER), folder, no_prompt)


def open_to_others(folder: Path, key: bytes) -> object:
    return load_key(Place(file=written(folder / "key", key.hex(), 0o644)), folder, no_prompt)


def one_digit_too_many(folder: Path, key: bytes) -> object:
    return load_key(Place(file=written(folder / "key", f"{key.hex()}0")), folder, no_prompt)


def in_the_environment_but_not_hex(folder: Path, key: bytes) -> object:
    os.environ["HEDGEKEEPER_TEST_KEY"] = f"{key.hex()}\udcff"
    try:
        return load_key(Place(env="HEDGEKEEPER_TEST_KEY"), folder, no_prompt)
    finally:
        del os.environ["HEDGEKEEPER_TEST_KEY"]


def keystore(folder: Path, key: bytes) -> Path:
    create_keystore(folder / "store", Secret(PASSWORD.encode()), Secret(key), CHEAP)
    return folder / "store"


def keystore_of_another(folder: Path, key: bytes) -> object:
    return load_key(Place(keystore=keystore(folder, key), address=STRANGER), folder, lambda prompt: PASSWORD)


def wrong_password(folder: Path, key: bytes) -> object:
    store = keystore(folder, key)
    written(folder / "password", f"{PASSWORD}\x00")
    return load_key(Place(keystore=store, password="file:password"), folder, no_prompt)


def damaged_keystore(folder: Path, key: bytes) -> object:
    store = keystore(folder, key)
    damaged = json.loads(store.read_text())
    del damaged["crypto"]["kdfparams"]["salt"]
    store.write_text(json.dumps(damaged))
    return load_key(Place(keystore=store), folder, lambda prompt: PASSWORD)


def never_overwritten(folder: Path, key: bytes) -> object:
    keystore(folder, key)
    return keystore(folder, key)


def password_that_is_not_text(folder: Path, key: bytes) -> object:
    return create_keystore(folder / "new", Secret(PASSWORD.encode() + b"\xff"), Secret(key), CHEAP)


FAILING: tuple[Failing, ...] = (
    signing_nonsense,
    signing_for_another,
    signing_a_message_for_another,
    interrupted,
    failing_for_a_reason,
    other_operator,
    open_to_others,
    one_digit_too_many,
    in_the_environment_but_not_hex,
    keystore_of_another,
    wrong_password,
    damaged_keystore,
    never_overwritten,
    password_that_is_not_text,
)


def failure(fail: Failing, key: bytes) -> BaseException:
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.raises((ConfigError, Refused, RLPException, KeyboardInterrupt)) as found,
    ):
        fail(Path(folder), key)
    error: BaseException = found.value
    return error


@pytest.mark.parametrize("fail", FAILING, ids=lambda fail: fail.__name__)
@settings(max_examples=15, deadline=None)
@given(number=st.integers(2**128, CURVE_ORDER - 1))
def test_error__any_on_the_way_of_a_key__holds_neither_key_nor_password(fail: Failing, number: int) -> None:
    key = number.to_bytes(32)
    assert_hidden(shown(failure(fail, key)), key, PASSWORD.encode())


@pytest.mark.parametrize("fail", [signing_nonsense, failing_for_a_reason], ids=lambda fail: fail.__name__)
def test_error__secret_that_keeps_its_frames__is_found_out(fail: Failing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same search finds the key when nothing is cleared away."""

    def careless(self: Secret, work: Callable[[bytes], object]) -> object:
        return work(self._open())

    monkeypatch.setattr(Secret, "use", careless)
    error = failure(fail, OPERATOR_SECRET)
    monkeypatch.undo()
    with pytest.raises(AssertionError, match="leaks in"):
        assert_hidden(shown(error), OPERATOR_SECRET)
