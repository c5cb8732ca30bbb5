"""What each question costs the address it comes from, and how long its answer holds. Pure.

From the exchange's documentation, rate limits: 1,200 a minute for one IP address, the same budget for /exchange.
"""

from collections.abc import Mapping

MINUTE_MS = 60_000
LIMIT = 1_200
MARGIN = 200
"""Left for what is posted (1 each) and for whoever else asks from this address."""
SLOW = 400
"""The most of a minute that slow facts may take: 40 for the account, 20 for each coin, and their histories."""
POLL_S = 1.0
"""Between two looks at an open message, each of which takes 6 to 24: more often would use up what an exit needs."""
DEAREST = 60

_CHEAP = (
    "allMids",
    "clearinghouseState",
    "exchangeStatus",
    "l2Book",
    "orderStatus",
    "spotClearinghouseState",
)
_WEIGHTS = {**dict.fromkeys(_CHEAP, 2), "userRole": DEAREST}
_USUAL = 20
_LISTED = ("fundingHistory", "userFills", "userFillsByTime", "userFunding", "userNonFundingLedgerUpdates")
_ITEMS = {**dict.fromkeys(_LISTED, 20), "candleSnapshot": 60}
"""A list takes one more for each so many of its items."""

HOLDS_S: Mapping[str, int] = {
    "activeAssetData": 600,
    "extraAgents": 600,
    "fundingHistory": 600,
    "perpDexs": 3600,
    "userFees": 3600,
    "userFunding": 600,
    "userRateLimit": 600,
}
"""Slow facts, and for how many seconds what was answered is taken again."""
OURS = ("activeAssetData", "extraAgents")
"""Slow only as long as we post nothing: the leverage of the next position is set by us, and what is refused may have
come from a key that may no longer sign."""


def weight(kind: str) -> int:
    return _WEIGHTS.get(kind, _USUAL)


def surcharge(kind: str, items: int) -> int:
    """For a long answer, rounded up."""
    return -(-items // _ITEMS[kind]) if kind in _ITEMS else 0
