"""What a bug could do to a Perp v2 payload, by class."""

from collections.abc import Callable
from random import Random

from agent.firewall import Rule
from tests.fuzz import mutators_perp_v2 as how
from tests.fuzz import mutators_perp_v2_plan as plan
from tests.fuzz.mutants import ANY_TRANSACTION, Mutant, Mutate, Mutation, always, present, to_data, to_rules, to_tx
from tests.fuzz.mutators_perp_v2 import get, has, put
from tests.unit.firewall.scene import Case


def trades(case: Case) -> bool:
    return case.method.startswith("openPosition")


def adds(case: Case) -> bool:
    return case.trade is not None and not case.trade.reduce_only


def reduces(case: Case) -> bool:
    return trades(case) and not adds(case)


def priced(case: Case) -> bool:
    return trades(case) and any(case.warrant.outside.values())


def nonzero(case: Case) -> bool:
    return "amount" in how.LAYOUT[case.method] and get(case, "amount") > 1


def to_field(name: str, mutate: Callable[[Case, Random], int]) -> Mutate:
    return lambda case, rng: present(case, put(case, **{name: mutate(case, rng)}), how.rules_of(case, name))


def to_plan(mutate: Callable[[Case, Random], Case], rule: Rule) -> Mutate:
    def made(case: Case, rng: Random) -> Mutant:
        planned = mutate(case, rng)
        return present(planned, planned.tx, frozenset({rule}))

    return made


def direction_flipped(case: Case, rng: Random) -> Mutant:
    turned = put(case, sells=1 - get(case, "sells"), exact_input=1 - get(case, "exact_input"))
    return present(case, turned, frozenset({Rule.DIRECTION}))


MUTATIONS = (
    *ANY_TRANSACTION,
    Mutation(name="bytes flipped", applies=always, mutate=how.flip_bytes),
    Mutation(name="fields exchanged", applies=always, mutate=how.exchange_fields),
    Mutation(name="other selector", applies=always, mutate=to_data(how.other_selector, Rule.METHOD)),
    Mutation(name="dirty padding", applies=always, mutate=to_data(how.dirty_padding, Rule.NOT_CANONICAL)),
    Mutation(name="other receiver", applies=has("receiver"), mutate=to_field("receiver", how.stranger)),
    Mutation(name="other spender", applies=has("spender"), mutate=to_field("spender", how.stranger)),
    Mutation(name="other token", applies=has("token"), mutate=to_field("token", how.stranger)),
    Mutation(name="larger amount", applies=has("amount"), mutate=to_field("amount", how.larger_amount)),
    Mutation(name="smaller amount", applies=nonzero, mutate=to_field("amount", how.smaller_amount)),
    Mutation(name="worse price", applies=has("bound"), mutate=to_field("bound", how.worse_bound)),
    Mutation(name="market exchanged", applies=has("base_token"), mutate=to_field("base_token", how.other_market)),
    Mutation(name="direction flipped", applies=trades, mutate=direction_flipped),
    Mutation(name="amount in quote", applies=trades, mutate=to_field("exact_input", how.other_exactness)),
    Mutation(name="deadline moved", applies=has("deadline"), mutate=to_field("deadline", how.moved_deadline)),
    Mutation(name="pool price limit", applies=has("limit"), mutate=to_field("limit", how.any_limit)),
    Mutation(name="referral code", applies=has("referral"), mutate=to_field("referral", how.any_referral)),
    Mutation(name="other contract", applies=always, mutate=to_tx(how.other_contract, Rule.CONTRACT, Rule.METHOD)),
    Mutation(name="longer time to live", applies=always, mutate=to_tx(how.later_expiry, Rule.EXPIRES_LATE)),
    Mutation(name="turnover used up", applies=adds, mutate=to_rules(plan.turnover_used, Rule.TURNOVER)),
    Mutation(name="planned too large", applies=adds, mutate=to_plan(plan.large, Rule.ORDER_NOTIONAL)),
    Mutation(name="planned far off", applies=priced, mutate=to_plan(plan.bad_price, Rule.PRICE_DEVIATION)),
    Mutation(name="planned blind", applies=adds, mutate=to_plan(plan.blind, Rule.NO_OUTSIDE_PRICE)),
    Mutation(name="planned exit that adds", applies=adds, mutate=to_plan(plan.exit_that_adds, Rule.EXIT_ADDS)),
    Mutation(
        name="reduces more than there is",
        applies=reduces,
        mutate=to_plan(plan.reduction_too_large, Rule.REDUCE_ONLY),
    ),
    Mutation(
        name="reduces more than there is, together",
        applies=reduces,
        mutate=to_plan(plan.reductions_too_large_together, Rule.REDUCE_ONLY),
    ),
)
