"""What the exchange's words for the end of an order mean."""

from collections.abc import Mapping
from enum import StrEnum

from agent.model import Code, value


class Ending(StrEnum):
    WORKING = "working"
    FILLED = "filled"
    ENDED = "ended"
    """Cancelled, with or without a part filled."""
    REFUSED = "refused"


@value
class Meaning:
    ending: Ending
    says: str
    code: Code | None = None


_WORKING, _FILLED = Meaning(ending=Ending.WORKING, says="open"), Meaning(ending=Ending.FILLED, says="filled")


def _refused(says: str, code: Code = Code.CANCELLED) -> Meaning:
    return Meaning(ending=Ending.REFUSED, says=says, code=code)


def _ended(says: str, code: Code = Code.CANCELLED) -> Meaning:
    return Meaning(ending=Ending.ENDED, says=says, code=code)


MEANINGS: Mapping[str, Meaning] = {
    "open": _WORKING,
    "triggered": _WORKING,
    "filled": _FILLED,
    "canceled": _ended("cancelled"),
    "marginCanceled": _ended("the margin does not carry it: trade less, or add collateral"),
    "vaultWithdrawalCanceled": _ended("a withdrawal from the vault cancelled it"),
    "openInterestCapCanceled": _ended("the market takes no more open interest"),
    "selfTradeCanceled": _ended("it would have traded with an order of our own"),
    "reduceOnlyCanceled": _ended("it would have added to the position"),
    "siblingFilledCanceled": _ended("the order beside it was filled"),
    "delistedCanceled": _ended("the coin was delisted", Code.HALTED),
    "liquidatedCanceled": _ended("the account was liquidated", Code.FOREIGN_FILL),
    "outcomeSettledCanceled": _ended("the market was settled", Code.HALTED),
    "scheduledCancel": _ended("a scheduled cancellation took it"),
    "internalCancel": _ended("the exchange cancelled it"),
    "rejected": _refused("refused"),
    "tickRejected": _refused("its price is no legal one", Code.UNSUPPORTED),
    "minTradeNtlRejected": _refused("it is worth less than 10 USD", Code.DUST),
    "perpMarginRejected": _refused("the margin does not carry it: trade less, or add collateral"),
    "reduceOnlyRejected": _refused("it would add to the position"),
    "badAloPxRejected": _refused("it would have matched at once"),
    "iocCancelRejected": _refused("nothing was to be had within its bound: the next run decides anew"),
    "badTriggerPxRejected": _refused("its trigger is on the wrong side of the price", Code.UNSUPPORTED),
    "marketOrderNoLiquidityRejected": _refused("the book is empty"),
    "positionIncreaseAtOpenInterestCapRejected": _refused("the market takes no more open interest"),
    "positionFlipAtOpenInterestCapRejected": _refused("the market takes no more open interest"),
    "tooAggressiveAtOpenInterestCapRejected": _refused("the market takes no more open interest"),
    "openInterestIncreaseRejected": _refused("open interest would grow too fast: later may do"),
    "insufficientSpotBalanceRejected": _refused("the balance does not carry it"),
    "oracleRejected": _refused("its price is too far from the oracle's"),
    "perpMaxPositionRejected": _refused("the position would exceed its margin tier at this leverage"),
    "tooManyOpenOrdersRejected": _refused("the account has too many open orders", Code.NOT_EXECUTABLE),
}
"""By orderStatus.status."""


def meaning(status: str) -> Meaning:
    """A word that is not known is an end that a person should look at, never an exception. It may have traded."""
    return MEANINGS.get(status) or _ended(f"ended with {status!r}, which is not known", Code.NOT_EXECUTABLE)
