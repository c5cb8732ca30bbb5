"""Where a hot key comes from: a keystore, an environment variable or a file; checked against its address."""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes
from typing import Protocol

from agent.errors import ConfigError
from agent.model.base import Address, value
from agent.signing.keystore import address_of, decrypt_keystore
from agent.signing.secret import Secret

CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of secp256k1 (SEC 2, 2.4.1): private keys lie below it."""


@value
class Key:
    """A private key and the address that it signs for."""

    address: Address
    secret: Secret


class KeyPlace(Protocol):
    """The configuration of one key: at most one of keystore, env and file says where it lies."""

    @property
    def address(self) -> Address: ...
    @property
    def keystore(self) -> Path | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def env(self) -> str | None: ...
    @property
    def file(self) -> Path | None: ...


def load_key(place: KeyPlace, folder: Path, ask: Callable[[str], str]) -> Key | None:
    """None where no place is named: a dry run. Paths start at `folder`; `ask` is a prompt that does not echo.

    Raises ConfigError; no message and no traceback of it holds the secret.
    """
    if place.keystore is not None:
        path = folder / place.keystore.expanduser()
        encrypted = private_file(path)
        password = secret_at(place.password, folder) if place.password else _asked(ask, f"Password of {path}: ")
        return _checked(decrypt_keystore(encrypted, path, password), str(path), place.address)
    if place.env is not None:
        return _from_hex(secret_at(f"env:{place.env}", folder), f"environment variable {place.env}", place.address)
    if place.file is not None:
        return _from_hex(secret_at(f"file:{place.file}", folder), str(folder / place.file), place.address)
    return None


def new_key() -> Key:
    """Random: nobody has ever seen it."""
    secret = Secret(token_bytes(32))
    return Key(address=secret.use(address_of), secret=secret)


def secret_at(reference: str, folder: Path) -> Secret:
    """What "env:NAME" or "file:PATH" holds. A file must be readable by its owner alone."""
    kind, _, where = reference.partition(":")
    if kind == "env":
        if not os.environ.get(where):
            raise ConfigError(f"environment variable {where} is not set, but the configuration asks for it")
        return Secret(os.fsencode(os.environ[where]))
    if kind == "file":
        return Secret(private_file(folder / Path(where).expanduser()).rstrip(b"\r\n"))
    raise ConfigError('a secret is named by "env:NAME" or "file:PATH"; it never stands in the configuration itself')


def private_file(path: Path) -> bytes:
    """The content of a file that nobody else may read."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise ConfigError(f"{path}: others may read it (mode {mode:04o}); run: chmod 600 {path}")
            return file.read()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def _asked(ask: Callable[[str], str], prompt: str) -> Secret:
    try:
        return Secret(os.fsencode(ask(prompt)))
    except EOFError:
        raise ConfigError('no terminal to ask for the password: set password = "env:NAME" or "file:PATH"') from None


def _from_hex(text: Secret, where: str, operator: Address) -> Key:
    secret = text.use(_parse)
    if secret is None:
        raise ConfigError(f"{where}: not a private key, which is 64 hex digits with or without 0x")
    return _checked(secret, where, operator)


def _checked(secret: Secret, where: str, operator: Address) -> Key:
    address = secret.use(address_of)
    if address != operator:
        raise ConfigError(f"{where}: holds the key of {address}, but the configured address is {operator}")
    return Key(address=address, secret=secret)


def _parse(text: bytes) -> Secret | None:
    """Raises nothing: an error would hold the text."""
    digits = text.strip().removeprefix(b"0x")
    if not re.fullmatch(rb"[0-9a-fA-F]{64}", digits) or not 0 < int(digits, 16) < CURVE_ORDER:
        return None
    return Secret(bytes.fromhex(digits.decode()))
