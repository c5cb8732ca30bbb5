"""The replay guard: the 100 highest nonces of each signer."""

from tests.kit.hyperliquid.refusals import Refused
from tests.kit.hyperliquid.unknowns import Unknowns

KEPT = 100
_DAY_MS = 86_400_000


class Nonces:
    def __init__(self, unknowns: Unknowns) -> None:
        self._unknowns = unknowns
        self._used: dict[str, set[int]] = {}

    def use(self, signer: str, nonce: int, now_ms: int) -> None:
        """Raises Refused: out of the window, used before, or below the 100 highest."""
        used = self._used.setdefault(signer, set())
        if nonce in used:
            raise Refused(self._unknowns.duplicate.format(nonce=nonce))
        in_window = now_ms - 2 * _DAY_MS < nonce < now_ms + _DAY_MS
        if not in_window or (len(used) == KEPT and nonce < min(used)):
            raise Refused(self._unknowns.old.format(nonce=nonce))
        used.add(nonce)
        if len(used) > KEPT:
            used.remove(min(used))

    def prune(self, signer: str) -> None:
        """A signer that is gone is forgotten: if it comes back, what it signed before can be replayed."""
        self._used.pop(signer, None)
