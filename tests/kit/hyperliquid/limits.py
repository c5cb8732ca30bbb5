"""How much may be asked: weight per minute and IP, and a budget of actions per address that trading fills up."""

from collections import deque
from math import ceil

from tests.kit.hyperliquid.accounts import Account
from tests.kit.hyperliquid.refusals import Refused
from tests.kit.hyperliquid.unknowns import Unknowns

IP_WEIGHT = 1200
EXPIRED_COST = 5
_MINUTE_MS, _TRICKLE_MS, _DAY_MS = 60_000, 10_000, 86_400_000
_START, _CANCEL_MORE, _UNIFIED_A_DAY = 10_000, 100_000, 50_000
_LIGHT = {"l2Book": 2, "allMids": 2, "clearinghouseState": 2, "orderStatus": 2, "spotClearinghouseState": 2,
          "exchangeStatus": 2, "userRole": 60}  # fmt: skip
_LISTED = ("userFunding", "fundingHistory", "userFills", "userFillsByTime", "userNonFundingLedgerUpdates")
_PER_ITEM = {**dict.fromkeys(_LISTED, 20), "candleSnapshot": 60}


class IpBudget:
    """Of one client: everything that reaches the server comes from one address."""

    def __init__(self, per_minute: int | None = IP_WEIGHT) -> None:
        self.per_minute = per_minute
        """None: counted, and never exhausted."""
        self._spent: deque[tuple[int, int]] = deque()

    def used(self, now_ms: int) -> int:
        """Within the last minute."""
        while self._spent and self._spent[0][0] <= now_ms - _MINUTE_MS:
            self._spent.popleft()
        return sum(weight for _, weight in self._spent)

    def has(self, weight: int, now_ms: int) -> bool:
        return self.per_minute is None or self.used(now_ms) + weight <= self.per_minute

    def spend(self, weight: int, now_ms: int) -> None:
        self._spent.append((now_ms, weight))


def info_weight(kind: str) -> int:
    return _LIGHT.get(kind, 20)


def items_weight(kind: str, answer: object) -> int:
    """What a list costs on top, known once it is there."""
    return ceil(len(answer) / _PER_ITEM[kind]) if kind in _PER_ITEM and isinstance(answer, list) else 0


def exchange_weight(batch: int) -> int:
    return 1 + batch // 40


def cap(account: Account) -> int:
    """1 more for each USDC ever traded."""
    return _START + int(account.volume) + account.extra_budget


def check_actions(account: Account, count: int, is_cancel: bool, now_ms: int, unknowns: Unknowns) -> None:
    """Raises Refused. Out of budget, one action each 10 s still passes."""
    most = cap(account)
    limit = min(most + _CANCEL_MORE, 2 * most) if is_cancel else most
    exhausted = account.actions + count > limit and now_ms < account.last_action_ms + _TRICKLE_MS
    if exhausted or _over_day(account, count, now_ms):
        raise Refused(unknowns.budget.format(used=account.actions, cap=most))


def _over_day(account: Account, count: int, now_ms: int) -> bool:
    day, done = account.actions_today
    return account.is_unified and day == now_ms // _DAY_MS and done + count > _UNIFIED_A_DAY


def charge(account: Account, count: int, now_ms: int) -> None:
    account.actions += count
    account.last_action_ms = now_ms
    day, done = account.actions_today
    today = now_ms // _DAY_MS
    account.actions_today = (today, (done if day == today else 0) + count)
