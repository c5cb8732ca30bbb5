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
    ENDPOINT = "ENDPOINT"
    METHOD = "METHOD"
    NOT_CANONICAL = "NOT_CANONICAL"
    VALUE = "VALUE"
    SIGNATURE = "SIGNATURE"
    SEQUENCE = "SEQUENCE"
    NONCE = "NONCE"
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
    LEVERAGE = "LEVERAGE"
    MARGIN_MODE = "MARGIN_MODE"
    EXECUTION_FEE = "EXECUTION_FEE"
    ORDER_TYPE = "ORDER_TYPE"
    ORDER_FORM = "ORDER_FORM"
    ORDER_KEY = "ORDER_KEY"
    ORDER_UNSEEN = "ORDER_UNSEEN"
    CLIENT_ID = "CLIENT_ID"
    UI_FEE = "UI_FEE"
    CALLBACK = "CALLBACK"
    SWAP = "SWAP"
    TRIGGER = "TRIGGER"
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
    Rule.ENDPOINT: "the message goes to the pinned endpoint",
    Rule.METHOD: "the contract's method, or the message's action, is one of those allowed",
    Rule.NOT_CANONICAL: "the bytes are exactly what encoding what they say gives",
    Rule.VALUE: "no native coin is sent but what pays a keeper",
    Rule.SIGNATURE: "what was signed decodes to what was judged, and recovers to the lane's address",
    Rule.SEQUENCE: "a payload carries one order, its calls in their order",
    Rule.NONCE: "the message states the nonce of its slot",
    Rule.TOKEN: "the token is the pinned collateral",
    Rule.SPENDER: "the spender is the pinned contract that takes collateral",
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
    Rule.DEADLINE: "the deadline that the bytes state is the payload's time to live",
    Rule.REFERRAL: "no referral code",
    Rule.REDUCE_ONLY: "reductions say so, are against the position, and together no larger than it",
    Rule.EXIT_ADDS: "a rescue or flatten trades reduce-only",
    Rule.LEVERAGE: "what adds to a position has the plan's leverage, and brings all the collateral of its leg",
    Rule.MARGIN_MODE: "positions are cross or isolated as configured",
    Rule.EXECUTION_FEE: "a keeper is paid what is sent, and no more than the configured gas at the fee ceiling",
    Rule.ORDER_TYPE: "an order is of a type that the plan's action needs",
    Rule.ORDER_FORM: "an order carries nothing that the plan does not ask for",
    Rule.ORDER_KEY: "only an order of the plan is cancelled, only a stop that rests there is changed",
    Rule.ORDER_UNSEEN: "what is cancelled was seen to rest in that market",
    Rule.CLIENT_ID: "an order is named after its slot: anyone can look it up",
    Rule.UI_FEE: "nobody is paid a fee for the front end",
    Rule.CALLBACK: "no contract is called back",
    Rule.SWAP: "nothing is swapped",
    Rule.TRIGGER: "a stop's trigger is the plan's and not yet reached, any other order has none",
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
