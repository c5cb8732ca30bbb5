"""A block each second, for a chain on which nobody may have anything to mine: what is read must stay recent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from requests import RequestException

from tests.kit.devnet.chain import Chain
from tests.kit.devnet.errors import DevnetError

_BEAT_S = 1
_GONE = (DevnetError, RequestException)


@contextmanager
def beating(chain: Chain) -> Iterator[None]:
    """Beside the blocks that transactions make at once."""
    closing = threading.Event()
    thread = threading.Thread(target=_beat, args=(chain, closing), daemon=True)
    thread.start()
    try:
        yield
    finally:
        closing.set()
        thread.join()


def _beat(chain: Chain, closing: threading.Event) -> None:
    while not closing.wait(_BEAT_S):
        with suppress(*_GONE):
            chain.rpc("evm_mine")
