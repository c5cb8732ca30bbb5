"""What a bug could do to a Hyperliquid message, by class."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from agent.firewall import Rule
from tests.fuzz import mutators_hyperliquid as says
from tests.fuzz import mutators_hyperliquid_body as body
from tests.fuzz import mutators_hyperliquid_plan as plan
from tests.fuzz.mutants import Applies, Mutant, Mutation, always, on, present, to_rules, to_tx, unrehearsed
from tests.unit.firewall.hyperliquid_scene import Case

TRADES = ("increase", "reduce", "flatten")
ORDERS = (*TRADES, "stop")
SAYS = frozenset(
    {
        Rule.NOT_CANONICAL,
        Rule.NONCE,
        Rule.DEADLINE,
        Rule.RECEIVER,
        Rule.METHOD,
        Rule.ORDER_FORM,
        Rule.ORDER_TYPE,
        Rule.ORDER_KEY,
        Rule.CLIENT_ID,
        Rule.MARKET,
        Rule.SIZE,
        Rule.PRICE_BOUND,
        Rule.TRIGGER,
        Rule.LEVERAGE,
        Rule.AMOUNT,
    }
)
"""What a flipped byte of a body can break."""


def reduces(case: Case) -> bool:
    return case.method in ("reduce", "flatten")


def priced(case: Case) -> bool:
    return case.method in ("increase", "reduce")


def does_something(case: Case) -> bool:
    return case.method != "leverage"


def prepares_no_exit(case: Case) -> bool:
    return not case.exits


def wrong(what: str, mutate: Callable[[Case, Random], Any], *rules: Rule, of: Applies = always) -> Mutation:
    """A message that is not the plan's."""
    return Mutation(name=what, applies=of, mutate=to_tx(mutate, *rules))


def in_order(what: str, field: str, mutate: Callable[[Case, Random], Any], rule: Rule, *methods: str) -> Mutation:
    return wrong(what, says.of_order(field, mutate), rule, of=on(*(methods or ORDERS)))


def in_action(what: str, field: str, mutate: Callable[[Case, Random], Any], rule: Rule, *methods: str) -> Mutation:
    return wrong(what, says.of_action(field, mutate), rule, of=on(*methods))


def planned(what: str, mutate: Callable[[Case, Random], Any], rule: Rule, of: Applies) -> Mutation:
    return Mutation(name=f"planned {what}", applies=of, mutate=to_rules(mutate, rule))


def any_action(mutate: Callable[[Case, Random], object]) -> Callable[[Case, Random], Any]:
    return lambda case, rng: says.stating(case, mutate(case, rng))


def signed_twice(case: Case, rng: Random) -> Mutant:
    """The same action on a later slot of the same round."""
    again = body.on_slot(case, case.tx.nonce + rng.randint(1, 1000))
    mutant = present(case, again, frozenset({Rule.TWICE}))
    return replace(mutant, rules=replace(mutant.rules, rehearsed=(case.tx, again)), before=(case.tx,))


BODY = (
    wrong("bytes flipped", body.flipped, *SAYS),
    wrong("digits flipped", body.digits_flipped, *SAYS),
    wrong("trailing bytes", body.trailing, Rule.NOT_CANONICAL),
    wrong("missing bytes", body.missing, Rule.NOT_CANONICAL),
    wrong("blanks", body.blank, Rule.NOT_CANONICAL),
    wrong("other encoding", body.other_encoding, Rule.NOT_CANONICAL),
    wrong("key twice", body.key_twice, Rule.NOT_CANONICAL),
    wrong("keys in another order", body.reordered, Rule.NOT_CANONICAL),
    wrong("key added", body.key_added, Rule.NOT_CANONICAL),
    wrong("key dropped", body.key_dropped, Rule.NOT_CANONICAL),
    wrong("value of another kind", body.other_kind, Rule.NOT_CANONICAL),
    wrong("number respelled", says.respelled, Rule.NOT_CANONICAL, of=on(*ORDERS)),
)
MESSAGE = (
    wrong("other nonce", body.other_nonce, Rule.NONCE),
    wrong("other expiry", body.other_deadline, Rule.DEADLINE),
    wrong("other account", body.other_account, Rule.RECEIVER),
    wrong("other endpoint", body.other_endpoint, Rule.ENDPOINT),
    wrong("other lane", body.other_lane, Rule.LANE),
    wrong("longer time to live", body.later_expiry, Rule.EXPIRES_LATE),
    wrong("transaction for a message", body.as_transaction, Rule.DIALECT),
)
ORDER = (
    wrong("forbidden action", any_action(says.forbidden), Rule.METHOD),
    wrong("several or none", says.several, Rule.SEQUENCE, of=on(*ORDERS, "cancel")),
    wrong("builder", says.builder, Rule.UI_FEE, of=on(*ORDERS)),
    wrong("other asset", says.asset_changed, Rule.MARKET),
    in_action("grouping", "grouping", says.other_grouping, Rule.ORDER_FORM, *ORDERS),
    in_order("direction flipped", "b", says.other_direction, Rule.DIRECTION),
    in_order("larger size", "s", says.larger_size, Rule.SIZE),
    in_order("smaller size", "s", says.smaller_size, Rule.SIZE),
    in_order("worse price", "p", says.worse_price, Rule.PRICE_BOUND),
    in_order("stricter price", "p", says.stricter_price, Rule.PRICE_BOUND),
    in_order("reduce-only flipped", "r", says.other_reduce_only, Rule.REDUCE_ONLY),
    in_order("other time in force", "t", says.other_time_in_force, Rule.ORDER_TYPE, *TRADES),
    in_order("other kind of trigger", "t", says.other_trigger_kind, Rule.ORDER_TYPE, "stop"),
    in_order("trigger moved", "t", says.moved_trigger, Rule.TRIGGER, "stop"),
    in_order("stop for trade", "t", says.other_form, Rule.MARKET),
    in_order("other client id", "c", says.other_client_id, Rule.CLIENT_ID),
)
OTHERS = (
    wrong("other order cancelled", says.other_order, Rule.ORDER_KEY, of=on("cancel")),
    in_action("other leverage", "leverage", says.other_leverage, Rule.LEVERAGE, "leverage"),
    in_action("other margin mode", "isCross", says.other_mode, Rule.MARGIN_MODE, "leverage"),
    in_action("margin of another side", "isBuy", says.other_side, Rule.NOT_CANONICAL, "margin"),
    in_action("other amount", "ntli", says.other_amount, Rule.AMOUNT, "margin"),
)
PLAN = (
    Mutation(name="signed twice", applies=does_something, mutate=signed_twice),
    Mutation(name="no rehearsal", applies=prepares_no_exit, mutate=unrehearsed),
    planned("turnover used up", plan.turnover_used, Rule.TURNOVER, on("increase")),
    planned("too large", plan.order_limit, Rule.ORDER_NOTIONAL, on("increase")),
    planned("far off", plan.bad_price, Rule.PRICE_DEVIATION, priced),
    planned("blind", plan.blind, Rule.NO_OUTSIDE_PRICE, on("increase")),
    planned("exit that adds", plan.exit_that_adds, Rule.EXIT_ADDS, on("increase")),
    planned("reduction of more than there is", plan.too_large, Rule.REDUCE_ONLY, on("reduce", "flatten", "stop")),
    planned("reductions of more than there is", plan.too_large_together, Rule.REDUCE_ONLY, reduces),
    planned("stop that is reached", plan.stop_reached, Rule.TRIGGER, on("stop")),
    planned("in a market unseen", plan.unseen, Rule.MARKET, on(*ORDERS, "leverage")),
    planned("leverage for a reduction", plan.only_reduces, Rule.MARKET, on("leverage")),
    planned("margin without a position", plan.no_position, Rule.AMOUNT, on("margin")),
    planned("margin for another position", plan.other_needier, Rule.MARKET, on("margin")),
    planned("of an order that nobody saw", plan.unseen_order, Rule.ORDER_UNSEEN, on("cancel")),
    planned("of an order elsewhere", plan.order_elsewhere, Rule.MARKET, on("cancel")),
    planned("otherwise", plan.other_actions, Rule.MARKET, on(*ORDERS, "leverage")),
    planned("no such cancel", plan.other_actions, Rule.ORDER_KEY, on("cancel")),
    planned("no such collateral", plan.other_actions, Rule.AMOUNT, on("margin")),
)
MUTATIONS = (*BODY, *MESSAGE, *ORDER, *OTHERS, *PLAN)
