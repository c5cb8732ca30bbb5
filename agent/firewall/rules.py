"""Every rule of the firewall, what it means, and a breach of one as data."""

from collections.abc import Iterable
from enum import StrEnum

from agent.errors import Refused
from agent.model.base import value


class Rule(StrEnum):
    """The closed list. Each has a row in MEANING."""

    # What the plan and the round allow at all.
    NOT_REHEARSED = "NOT_REHEARSED"
    NOT_PLANNED = "NOT_PLANNED"
    TWICE = "TWICE"
    EXPIRES_LATE = "EXPIRES_LATE"
    # The slot.
    LANE = "LANE"
    FEE_ABOVE_CEILING = "FEE_ABOVE_CEILING"
    TIP_ABOVE_FEE = "TIP_ABOVE_FEE"
    GAS_LIMIT = "GAS_LIMIT"
    INTENT_OVER = "INTENT_OVER"
    NOT_OURS = "NOT_OURS"
    ONE_ATTEMPT = "ONE_ATTEMPT"
    OTHER_SLOT = "OTHER_SLOT"
    FEE_NOT_RAISED = "FEE_NOT_RAISED"
    OTHER_CALL = "OTHER_CALL"
    ALREADY_BURNED = "ALREADY_BURNED"
    BURN_TOO_DEAR = "BURN_TOO_DEAR"
    # The bytes.
    DIALECT = "DIALECT"
    CONTRACT = "CONTRACT"
    METHOD = "METHOD"
    NOT_CANONICAL = "NOT_CANONICAL"
    VALUE = "VALUE"
    SIGNATURE = "SIGNATURE"
    # Collateral.
    TOKEN = "TOKEN"  # noqa: S105 (a coin)
    SPENDER = "SPENDER"
    AMOUNT = "AMOUNT"
    RECEIVER = "RECEIVER"
    # Orders.
    MARKET = "MARKET"
    DIRECTION = "DIRECTION"
    SIZE = "SIZE"
    EXACT_BASE = "EXACT_BASE"
    PRICE_BOUND = "PRICE_BOUND"
    PRICE_DEVIATION = "PRICE_DEVIATION"
    NO_OUTSIDE_PRICE = "NO_OUTSIDE_PRICE"
    PRICE_LIMIT = "PRICE_LIMIT"
    DEADLINE = "DEADLINE"
    REFERRAL = "REFERRAL"
    REDUCE_ONLY = "REDUCE_ONLY"
    EXIT_ADDS = "EXIT_ADDS"
    ORDER_NOTIONAL = "ORDER_NOTIONAL"
    TURNOVER = "TURNOVER"


MEANING: dict[Rule, str] = {
    Rule.NOT_REHEARSED: "only the rehearsed bytes are signed; without a rehearsal, only an exit",
    Rule.NOT_PLANNED: "the venue has a leg in this round's plan",
    Rule.TWICE: "each action of the plan is signed once",
    Rule.EXPIRES_LATE: "nothing outlives the time that the plan was made for",
    Rule.LANE: "the payload is for the lane of its venue, and we hold that lane's key",
    Rule.FEE_ABOVE_CEILING: "the fee per gas stays at or below the lane's ceiling",
    Rule.TIP_ABOVE_FEE: "the tip is part of the fee",
    Rule.GAS_LIMIT: "the gas limit lies between a plain transfer and what the venue's calls can need",
    Rule.INTENT_OVER: "only a slot that is still open gets another attempt",
    Rule.NOT_OURS: "the slot's first attempt carries our own signature",
    Rule.ONE_ATTEMPT: "a message has one attempt",
    Rule.OTHER_SLOT: "another attempt stays on its lane and nonce",
    Rule.FEE_NOT_RAISED: "another attempt bids a higher fee",
    Rule.OTHER_CALL: "another attempt is the same call, or a burn",
    Rule.ALREADY_BURNED: "a burned slot never carries the call again",
    Rule.BURN_TOO_DEAR: "a burn costs no more than the call could have",
    Rule.DIALECT: "the venue's dialect can read the payload",
    Rule.CONTRACT: "the call goes to a pinned contract",
    Rule.METHOD: "the contract's method is one of those allowed",
    Rule.NOT_CANONICAL: "the call data is exactly what encoding its arguments gives",
    Rule.VALUE: "no native coin is sent",
    Rule.SIGNATURE: "what was signed decodes to what was judged, and recovers to the lane's address",
    Rule.TOKEN: "the token is the pinned collateral",
    Rule.SPENDER: "the spender is the pinned vault",
    Rule.AMOUNT: "the amount is the plan's, or zero for an approval",
    Rule.RECEIVER: "collateral and orders are for our own account",
    Rule.MARKET: "the market is pinned and in the plan",
    Rule.DIRECTION: "the order buys or sells as the plan does",
    Rule.SIZE: "the order's size is the plan's",
    Rule.EXACT_BASE: "the order's amount is stated in the base token",
    Rule.PRICE_BOUND: "the order's price bound is the plan's worst price",
    Rule.PRICE_DEVIATION: "the price bound stays near the outside price",
    Rule.NO_OUTSIDE_PRICE: "without an outside price, only what reduces a position goes",
    Rule.PRICE_LIMIT: "no limit inside the pool: it could fill in part without an error",
    Rule.DEADLINE: "the call's own deadline is the payload's time to live",
    Rule.REFERRAL: "no referral code",
    Rule.REDUCE_ONLY: "reductions are against the position, and together no larger than it",
    Rule.EXIT_ADDS: "a rescue or flatten trades reduce-only",
    Rule.ORDER_NOTIONAL: "one order that adds to a position stays within the order limit",
    Rule.TURNOVER: "the round's orders that add to a position stay within the turnover left",
}


@value
class Breach:
    """One rule that a payload breaks: what was found, and what would be allowed."""

    rule: Rule
    found: str = ""
    allowed: str = ""


def breach(rule: Rule, found: object = "", allowed: object = "") -> Breach:
    return Breach(rule=rule, found=str(found), allowed=str(allowed))


def refuse(breaches: Iterable[Breach]) -> None:
    """Raises Refused for the first breach; returns when there is none."""
    for first in breaches:
        raise Refused(first.rule, first.found, first.allowed)
