"""What a bug could do to a GMX v2 payload, by class."""

from collections.abc import Callable
from random import Random
from typing import Any

from agent.firewall import Rule
from tests.fuzz import mutators_gmx_v2 as how
from tests.fuzz import mutators_gmx_v2_plan as plan
from tests.fuzz import mutators_gmx_v2_steps as steps
from tests.fuzz.mutants import (
    ANY_TRANSACTION,
    Applies,
    Mutate,
    Mutation,
    always,
    later_expiry,
    on,
    present,
    to_data,
    to_rules,
    to_tx,
)
from tests.fuzz.mutators_gmx_v2 import has, put, states
from tests.unit.firewall.gmx_v2_scene import Case


def creates(case: Case) -> bool:
    return "fee_amount" in case.fields


def adds(case: Case) -> bool:
    return case.method in ("increase", "increase with collateral")


def reduces(case: Case) -> bool:
    return case.trade is not None and case.trade.reduce_only


def stops(case: Case) -> bool:
    return case.method in ("stop", "update")


def closes(case: Case) -> bool:
    return reduces(case) or stops(case)


def priced(case: Case) -> bool:
    return case.trade is not None and any(case.warrant.outside.values())


def own(case: Case) -> bool:
    return not case.pins.delegated


def both(*applies: Applies) -> Applies:
    return lambda case: all(each(case) for each in applies)


def to_field(name: str, mutate: Callable[[Case, Random], Any], *rules: Rule) -> Mutate:
    caught = frozenset(rules) or frozenset(how.RULES[name])
    return lambda case, rng: present(case, put(case, **{name: mutate(case, rng)}), caught)


def field(
    what: str, name: str, mutate: Callable[[Case, Random], Any], *rules: Rule, of: Applies = always
) -> Mutation:
    return Mutation(name=what, applies=both(has(name), of), mutate=to_field(name, mutate, *rules))


def planned(what: str, mutate: Callable[[Case, Random], Any], *rules: Rule, of: Applies) -> Mutation:
    return Mutation(name=f"planned {what}", applies=of, mutate=to_rules(mutate, *rules))


BYTES = (
    Mutation(name="bytes flipped", applies=always, mutate=how.flip_bytes),
    Mutation(name="structure flipped", applies=creates, mutate=to_data(how.flip_structure, Rule.NOT_CANONICAL)),
    Mutation(name="step selector flipped", applies=creates, mutate=to_data(how.flip_step_selector, Rule.METHOD)),
    Mutation(name="fields exchanged", applies=creates, mutate=how.exchange_fields),
    Mutation(name="other selector", applies=always, mutate=to_data(steps.other_selector, Rule.METHOD)),
    Mutation(name="dirty padding", applies=creates, mutate=to_data(how.dirty_padding, Rule.NOT_CANONICAL)),
)
STEPS = (
    Mutation(name="extra step", applies=creates, mutate=to_tx(steps.extra_step, Rule.SEQUENCE)),
    Mutation(name="dropped step", applies=creates, mutate=to_tx(steps.dropped_step, Rule.SEQUENCE)),
    Mutation(name="swapped steps", applies=creates, mutate=to_tx(steps.swapped_steps, Rule.SEQUENCE)),
    Mutation(name="nested multicall", applies=creates, mutate=to_tx(steps.nested, Rule.METHOD)),
    Mutation(name="subaccount and token calls", applies=always, mutate=to_tx(steps.managed, Rule.METHOD)),
    Mutation(name="order outside a multicall", applies=creates, mutate=to_tx(steps.bare_order, Rule.METHOD)),
    Mutation(name="by the other hand", applies=creates, mutate=to_tx(steps.other_hand, Rule.METHOD)),
    Mutation(
        name="tokens sent along",
        applies=both(creates, own, lambda case: case.fields["type"] != 2),
        mutate=to_tx(steps.tokens_along, Rule.SEQUENCE),
    ),
    Mutation(
        name="tokens sent by an operator",
        applies=both(creates, lambda case: not own(case)),
        mutate=to_tx(steps.tokens_along, Rule.METHOD),
    ),
)
TRANSACTION = (
    Mutation(name="other contract", applies=always, mutate=to_tx(steps.other_contract, Rule.CONTRACT, Rule.METHOD)),
    Mutation(name="longer time to live", applies=always, mutate=to_tx(later_expiry, Rule.EXPIRES_LATE)),
    Mutation(name="other value", applies=creates, mutate=to_tx(steps.other_value, Rule.VALUE)),
    Mutation(
        name="execution fee above the ceiling",
        applies=creates,
        mutate=to_tx(steps.fee_above_ceiling, Rule.EXECUTION_FEE),
    ),
    field("larger execution fee", "execution_fee", how.larger_of("execution_fee")),
    field("smaller execution fee", "execution_fee", how.smaller_of("execution_fee")),
    field("other fee sent", "fee_amount", how.larger_of("fee_amount")),
    field("fee to another", "fee_receiver", how.stranger),
)
MONEY = (
    field("other collateral sent", "sent_token", how.stranger),
    field("collateral to another", "sent_receiver", how.stranger),
    field("more collateral sent", "sent_amount", how.larger_of("sent_amount")),
    field("less collateral sent", "sent_amount", how.smaller_of("sent_amount")),
    field("other spender", "spender", how.stranger),
    field("larger approval", "amount", how.larger_of("amount")),
    field("smaller approval", "amount", how.smaller_of("amount"), of=states("amount")),
    field("more collateral", "collateral_delta", how.larger_of("collateral_delta"), Rule.AMOUNT, Rule.SEQUENCE),
    field(
        "less collateral",
        "collateral_delta",
        how.smaller_of("collateral_delta"),
        Rule.AMOUNT,
        Rule.LEVERAGE,
        of=states("collateral_delta"),
    ),
    Mutation(name="no collateral", applies=on("increase with collateral"), mutate=plan.without_collateral),
    Mutation(name="collateral alone", applies=on("increase with collateral"), mutate=plan.collateral_alone),
    Mutation(name="collateral twice", applies=on("increase with collateral"), mutate=plan.collateral_twice),
)
ORDER = (
    field("for another account", "account", how.stranger),
    field("other receiver", "receiver", how.stranger),
    field("other cancellation receiver", "cancellation_receiver", how.stranger),
    field("callback", "callback_contract", how.stranger),
    field("callback gas", "callback_gas", how.any_number),
    field("ui fee", "ui_fee_receiver", how.stranger),
    field("other market", "market", how.other_market),
    field("other collateral token", "initial_token", how.other_token),
    field("swap path", "swap_path", how.any_path, Rule.SWAP),
    field("swap of what comes out", "swap_type", how.any_swap),
    field("larger size", "size_usd", how.larger_of("size_usd"), Rule.SIZE, of=states("size_usd")),
    field("smaller size", "size_usd", how.smaller_of("size_usd"), Rule.SIZE, of=states("size_usd")),
    field(
        "a size where there is none",
        "size_usd",
        how.any_number,
        Rule.MARKET,
        of=lambda case: not case.fields["size_usd"],
    ),
    field("worse price", "acceptable", how.worse_price),
    field("other trigger", "trigger", how.any_number),
    field("a least output", "least_output", how.any_number),
    field("a start", "valid_from", how.any_number),
    field("other order type", "type", how.other_type, Rule.ORDER_TYPE, Rule.TRIGGER, Rule.SEQUENCE),
    field("another of our types", "type", how.our_other_type, *how.KIND_RULES),
    field("other side", "is_long", how.negated("is_long")),
    field("unwrapped", "unwraps", how.negated("unwraps")),
    field("other auto-cancel", "auto_cancel", how.negated("auto_cancel")),
    field("referral code", "referral", how.any_bytes),
    field("data", "data", how.any_data, Rule.ORDER_FORM),
)
OTHERS = (
    Mutation(name="the account's own calls", applies=lambda case: not own(case), mutate=plan.by_the_operator),
    field("other order cancelled", "key", how.any_bytes, of=on("cancel")),
    field("other order changed", "key", how.any_bytes, of=on("update")),
    field("other markets claimed", "markets", how.other_markets, Rule.MARKET),
    field("other tokens claimed", "tokens", how.other_tokens, Rule.TOKEN),
    field("funding to another", "receiver", how.stranger, of=on("claim")),
)
PLAN = (
    planned(
        "otherwise", plan.unplanned, Rule.AMOUNT, Rule.MARKET, Rule.ORDER_KEY, of=lambda c: c.method != "approve"
    ),
    planned("too large", plan.too_large, Rule.ORDER_NOTIONAL, of=adds),
    planned("beyond the turnover", plan.turnover_used, Rule.TURNOVER, of=adds),
    planned("far off", plan.far_off, Rule.PRICE_DEVIATION, of=priced),
    planned("at an overstated mark", plan.overpriced, Rule.SIZE, of=adds),
    planned("blind", plan.blind, Rule.NO_OUTSIDE_PRICE, of=adds),
    planned("without a mark", plan.unmarked, Rule.DIRECTION, Rule.SIZE, Rule.PRICE_BOUND, of=adds),
    planned("without an entry", plan.unentered, Rule.DIRECTION, Rule.SIZE, of=closes),
    planned("as an exit that adds", plan.exit_that_adds, Rule.EXIT_ADDS, of=adds),
    planned("beyond the position", plan.more_than_there_is, Rule.REDUCE_ONLY, of=closes),
    planned("together beyond the position", plan.together_more_than_there_is, Rule.REDUCE_ONLY, of=reduces),
    planned("at a trigger that is reached", plan.reached, Rule.TRIGGER, of=stops),
    planned("for a stop elsewhere", plan.stop_elsewhere, Rule.ORDER_KEY, Rule.MARKET, of=on("update")),
)
MUTATIONS = (*BYTES, *STEPS, *TRANSACTION, *MONEY, *ORDER, *OTHERS, *PLAN, *ANY_TRANSACTION)
