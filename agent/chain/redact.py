"""RPC URLs carry keys: what is said about a node names its host and nothing else of its address."""

import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import unquote

_URL = re.compile(r"(?P<scheme>\w+://)[^\s\"'()<>]*")
_PARTS = re.compile(r"(?:\w+://)?(?:(?P<login>[^/?#\s]*)@)?(?P<host>\[[^\]]*\]|[^:/?#\s]*)(?P<rest>.*)", re.DOTALL)
_PORT = re.compile(r":\d{1,5}(?![^/?#])")
_SHORTEST_SECRET = 6
_LONGEST_SAYING = 300
_LONG_LABEL, _LONGEST_WORD = 12, 20
HIDDEN = "***"


def host_of(url: str) -> str:
    """Host and port, without what may be a key. The port is shown where it is written, to tell local nodes apart."""
    _, host, rest = _parts(url)
    port = _PORT.match(rest)
    shown = (HIDDEN if _may_be_key(label) else label for label in host.split("."))
    return ".".join(shown) + (port[0] if port else "")


def _may_be_key(label: str) -> bool:
    """Some providers give each customer a host of its own. Names of networks are shorter, or have no digits."""
    return len(label) >= _LONG_LABEL and (
        any(map(str.isdigit, label)) or ("-" not in label and len(label) >= _LONGEST_WORD)
    )


def _parts(url: str) -> tuple[str, str, str]:
    """Login, host, and all that comes after it, of whatever was meant as a URL."""
    login, host, rest = _PARTS.findall(url)[0]
    return login, host, rest


class Redactor:
    """Takes one URL's secrets, and the tail of every other URL, out of a text."""

    def __init__(self, url: str) -> None:
        secrets = sorted({each for each in _secrets(url) if len(each) >= _SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, secrets)) or "(?!)", re.IGNORECASE)

    def __call__(self, text: object) -> str:
        """One line, shortened."""
        clean = _URL.sub(lambda found: found["scheme"] + host_of(found[0]), " ".join(str(text).split()))
        clean = self._secrets.sub(HIDDEN, clean)
        return clean if len(clean) <= _LONGEST_SAYING else clean[:_LONGEST_SAYING] + "..."

    def finds(self, text: str) -> bool:
        """Whether this URL's secrets stand in a text."""
        return bool(self._secrets.search(text))


def _secrets(url: str) -> Iterator[str]:
    """Everything but the host as it is shown; as it is written, as it is meant, and as the login goes on the wire."""
    login, host, rest = _parts(url)
    for piece in re.split(r"[/?&=;#,@:]", f"{login}/{_PORT.sub('', rest, count=1)}"):
        yield from (piece, unquote(piece))
    yield from (label for label in host.split(".") if _may_be_key(label))
    user, _, password = login.partition(":")
    for pair in (f"{user}:{password}", f"{unquote(user)}:{unquote(password)}"):
        yield b64encode(pair.encode()).decode()
