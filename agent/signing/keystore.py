"""Encrypted key files: Web3 Secret Storage version 3, as geth writes them."""

import json
import os
from pathlib import Path
from secrets import token_bytes

from agent.errors import ConfigError
from agent.model.base import Address
from agent.signing.secret import Secret

_MALFORMED = (LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, NotImplementedError)
"""What eth_keyfile raises, beside ValueError, depends on the field that is not as it should be: it checks no form."""


def create_keystore(path: Path, password: Secret, key: Secret | None = None, work: int | None = None) -> Address:
    """Encrypts `key` (32 bytes; None: a new random one) into a new file of mode 0600, and answers its address.

    Never overwrites: raises ConfigError when the file exists, or when the password is empty or not UTF-8.
    `work` is scrypt's n, a power of two; None takes the library's default, about a second.
    """
    if not password.use(_usable):
        raise ConfigError(f"{path}: the password must be text, and not empty")
    secret = key or Secret(token_bytes(32))
    encrypted = secret.use(lambda raw: password.use(lambda word: _encrypt(raw, word, work)))
    _write_new(path, encrypted)
    return secret.use(address_of)


def decrypt_keystore(encrypted: bytes, path: Path, password: Secret) -> Secret:
    """The key, 32 bytes. Raises ConfigError: not a keystore, or not its password."""
    try:
        return password.use(lambda word: _decrypt(encrypted, word))
    except ValueError as error:
        wrong_password = "MAC" in str(error) or isinstance(error, UnicodeDecodeError)
    except _MALFORMED:
        wrong_password = False
    # Raised out here, where nothing of what failed is its context.
    if wrong_password:
        raise ConfigError(f"{path}: the password does not open this keystore")
    raise ConfigError(f"{path}: not an Ethereum keystore (version 3, JSON)")


def address_of(raw: bytes) -> Address:
    from eth_account import Account

    return Address(Account.from_key(raw).address)


def _usable(password: bytes) -> bool:
    return bool(password) and password.decode(errors="ignore").encode() == password


def _encrypt(raw: bytes, password: bytes, work: int | None) -> bytes:
    from eth_account import Account

    return json.dumps(Account.encrypt(raw, password.decode(), "scrypt", work)).encode()


def _decrypt(encrypted: bytes, password: bytes) -> Secret:
    from eth_account import Account

    return Secret(bytes(Account.decrypt(json.loads(encrypted), password.decode())))


def _write_new(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(f"{path}: exists already, and a keystore is never overwritten: name another file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
