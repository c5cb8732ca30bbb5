import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from eth_account import Account

from agent.errors import ConfigError
from agent.model import Address, value
from agent.signing.keys import load_key
from agent.signing.keystore import create_keystore
from agent.signing.secret import Secret
from tests.unit.firewall.scene import OPERATOR, OPERATOR_SECRET, STRANGER

CHEAP = 2
"""Scrypt's work factor: the tests need no protection."""


@value
class Place:
    address: Address = OPERATOR
    keystore: Path | None = None
    password: str | None = None
    env: str | None = None
    file: Path | None = None


def no_prompt(prompt: str) -> str:
    raise AssertionError(f"asked: {prompt}")


def written(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def raw(secret: Secret) -> bytes:
    kept: list[bytes] = []
    secret.use(kept.append)
    return kept[0]


def problem(place: Place, folder: Path, ask: Callable[[str], str] = no_prompt) -> str:
    with pytest.raises(ConfigError) as found:
        load_key(place, folder, ask)
    return str(found.value)


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    path = tmp_path / "operator.json"
    assert create_keystore(path, Secret(b"pass word"), Secret(OPERATOR_SECRET), CHEAP) == OPERATOR
    return path


@pytest.mark.parametrize("text", ["{0}", "0x{0}", " 0x{0}\n"], ids=["plain", "prefixed", "with blanks"])
def test_load__environment__key_of_the_operator(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOT_KEY", text.format(OPERATOR_SECRET.hex()))
    key = load_key(Place(env="HOT_KEY"), tmp_path, no_prompt)
    assert key is not None
    assert (key.address, raw(key.secret)) == (OPERATOR, OPERATOR_SECRET)


def test_load__file_beside_the_configuration__key_of_the_operator(tmp_path: Path) -> None:
    written(tmp_path / "hot.key", f"0x{OPERATOR_SECRET.hex()}\n")
    key = load_key(Place(file=Path("hot.key")), tmp_path, no_prompt)
    assert key is not None
    assert raw(key.secret) == OPERATOR_SECRET


def test_load__keystore__password_from_environment_file_or_prompt(
    keystore: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "pass word")
    written(tmp_path / "password", "pass word\n")
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "pass word"

    for password in ("env:PASSWORD", "file:password", None):
        key = load_key(Place(keystore=keystore, password=password), tmp_path, ask)
        assert key is not None
        assert raw(key.secret) == OPERATOR_SECRET
    assert asked == [f"Password of {keystore}: "]


def test_load__keystore_of_another_tool__opens(tmp_path: Path) -> None:
    written(tmp_path / "geth.json", json.dumps(Account.encrypt(OPERATOR_SECRET, "pass", kdf="pbkdf2", iterations=2)))
    place = Place(keystore=Path("geth.json"))
    key = load_key(place, tmp_path, lambda prompt: "pass")
    assert key is not None
    assert key.address == OPERATOR


def test_load__no_place_named__none_for_a_dry_run(tmp_path: Path) -> None:
    assert load_key(Place(), tmp_path, no_prompt) is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_load__file_that_others_can_reach__refused(mode: int, tmp_path: Path) -> None:
    path = written(tmp_path / "hot.key", OPERATOR_SECRET.hex(), mode)
    said = problem(Place(file=path), tmp_path)
    assert said == f"{path}: others may read it (mode {mode:04o}); run: chmod 600 {path}"


def test_load__password_file_or_keystore_that_others_can_reach__refused(keystore: Path, tmp_path: Path) -> None:
    written(tmp_path / "password", "pass word", 0o644)
    assert "password: others may read it" in problem(Place(keystore=keystore, password="file:password"), tmp_path)
    keystore.chmod(0o644)
    assert "operator.json: others may read it" in problem(Place(keystore=keystore), tmp_path)


def test_load__key_of_another_address__names_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOT_KEY", OPERATOR_SECRET.hex())
    said = problem(Place(env="HOT_KEY", address=STRANGER), tmp_path)
    assert said == (
        f"environment variable HOT_KEY: holds the key of {OPERATOR}, but the configured address is {STRANGER}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "not hex",
        "0x1234",
        "0" * 64,
        "f" * 64,
        OPERATOR_SECRET.hex() + "00",
        "0x0x" + OPERATOR_SECRET.hex(),
        "ﬁ" + OPERATOR_SECRET.hex()[1:],
    ],
    ids=["words", "short", "zero", "beyond the curve", "long", "prefixed twice", "not ascii"],
)
def test_load__not_a_private_key__says_where_and_not_what(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOT_KEY", text)
    said = problem(Place(env="HOT_KEY"), tmp_path)
    assert said == "environment variable HOT_KEY: not a private key, which is 64 hex digits with or without 0x"


def test_load__source_missing__says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOT_KEY", raising=False)
    assert "environment variable HOT_KEY is not set" in problem(Place(env="HOT_KEY"), tmp_path)
    assert "hot.key: cannot be read: No such file" in problem(Place(file=Path("hot.key")), tmp_path)
    assert "cannot be read: Is a directory" in problem(Place(file=tmp_path), tmp_path)


def test_load__password_in_the_configuration__refused(keystore: Path, tmp_path: Path) -> None:
    said = problem(Place(keystore=keystore, password="pass word"), tmp_path)
    assert "never stands in the configuration" in said
    assert "pass word" not in said


def test_load__wrong_password__says_so(keystore: Path, tmp_path: Path) -> None:
    said = problem(Place(keystore=keystore), tmp_path, lambda prompt: "other")
    assert said == f"{keystore}: the password does not open this keystore"


def test_load__no_terminal__says_what_to_configure(keystore: Path, tmp_path: Path) -> None:
    def closed(prompt: str) -> str:
        raise EOFError

    assert 'set password = "env:NAME" or "file:PATH"' in problem(Place(keystore=keystore), tmp_path, closed)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "{}", '{"version": 3}', '{"version": 1}', '{"version": 3, "crypto": {}}']
)
def test_load__not_a_keystore__says_so(content: str, tmp_path: Path) -> None:
    path = written(tmp_path / "broken.json", content)
    said = problem(Place(keystore=path), tmp_path, lambda prompt: "pass")
    assert said == f"{path}: not an Ethereum keystore (version 3, JSON)"


@pytest.mark.parametrize(
    ("kdf", "field", "bad"),
    [
        ("scrypt", "n", "many"),
        ("scrypt", "n", 3),
        ("scrypt", "n", 1.5),
        ("scrypt", "r", 0),
        ("scrypt", "salt", None),
        ("scrypt", "salt", "zz"),
        ("pbkdf2", "c", []),
        ("pbkdf2", "prf", 1),
        ("pbkdf2", "prf", "md5"),
    ],
)
def test_load__keystore_with_a_field_that_makes_no_sense__says_so(
    kdf: Literal["scrypt", "pbkdf2"], field: str, bad: object, tmp_path: Path
) -> None:
    encrypted = Account.encrypt(OPERATOR_SECRET, "pass", kdf, CHEAP)
    encrypted["crypto"]["kdfparams"][field] = bad
    path = written(tmp_path / "broken.json", json.dumps(encrypted))
    said = problem(Place(keystore=path), tmp_path, lambda prompt: "pass")
    assert said == f"{path}: not an Ethereum keystore (version 3, JSON)"


def test_create__new_file__private_and_random(tmp_path: Path) -> None:
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    before = os.umask(0)
    try:
        addresses = [create_keystore(path, Secret(b"pass"), work=CHEAP) for path in paths]
    finally:
        os.umask(before)
    assert addresses[0] != addresses[1]
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]
    for path, address in zip(paths, addresses, strict=True):
        assert Account.from_key(Account.decrypt(path.read_text(), "pass")).address == address


def test_create__file_exists__never_overwritten(keystore: Path) -> None:
    before = keystore.read_bytes()
    with pytest.raises(ConfigError, match="never overwritten"):
        create_keystore(keystore, Secret(b"pass"), work=CHEAP)
    assert keystore.read_bytes() == before


def test_create__folder_missing__says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written: No such file"):
        create_keystore(tmp_path / "none" / "key.json", Secret(b"pass"), work=CHEAP)


@pytest.mark.parametrize("password", [b"", b"\xff\xfe"], ids=["empty", "not text"])
def test_create__password_of_no_use__refused_and_nothing_written(password: bytes, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must be text, and not empty"):
        create_keystore(tmp_path / "key.json", Secret(password), work=CHEAP)
    assert not list(tmp_path.iterdir())
