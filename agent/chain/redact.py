"""RPC URLs carry keys: what is said about a node names its host and nothing else of its address."""

import re
from urllib.parse import urlsplit

_URL = re.compile(r"(?P<scheme>\w+://)(?:[^/\s@]*@)?(?P<host>[^/\s?#\"')]+)[^\s\"'()<>]*")
_SHORTEST_SECRET = 6
_LONGEST_SAYING = 300


def host_of(url: str) -> str:
    """Host and port. The port is shown where it is written, to tell local nodes apart."""
    return urlsplit(url).netloc.rpartition("@")[2]


class Redactor:
    """Takes one URL's secrets, and the tail of every other URL, out of a text."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        pieces = re.split(
            r"[/?&=;#,@:]", f"{parts.path}?{parts.query}#{parts.fragment}@{parts.netloc.rpartition('@')[0]}"
        )
        self._secrets = sorted({p for p in pieces if len(p) >= _SHORTEST_SECRET}, key=len, reverse=True)

    def __call__(self, text: object) -> str:
        """One line, shortened."""
        clean = _URL.sub(r"\g<scheme>\g<host>", " ".join(str(text).split()))
        for secret in self._secrets:
            clean = clean.replace(secret, "***")
        return clean if len(clean) <= _LONGEST_SAYING else clean[:_LONGEST_SAYING] + "..."
