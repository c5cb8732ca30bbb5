"""Payloads that a bug of ours could compose, each presented as if it had been rehearsed.

python -m tests.fuzz.mutations [COUNT]     prints what refused them, by class of mutation
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import TypeAlias

from agent.cli import show
from agent.errors import Refused
from agent.firewall import Firewall, Rule
from agent.model import Address, Name, Payload, Rules, Signed, value
from agent.signing.vault import LocalVault
from tests.fuzz import mutators as how
from tests.fuzz import plan_mutators as plan
from tests.fuzz.mutators import Mutant, get, has, present, put
from tests.unit.firewall.scene import LANE, OPERATOR, OTHER_LANE, VENUE, Case, cases, firewall_of

COUNT, SEED = 100_000, 20_221
Mutate: TypeAlias = Callable[[Case, Random], Mutant]
Applies: TypeAlias = Callable[[Case], bool]


@value
class Mutation:
    """One class of mutations: to which payloads it can be done, and how."""

    name: str
    applies: Applies
    mutate: Mutate


def always(case: Case) -> bool:
    return True


def on(*methods: str) -> Applies:
    return lambda case: case.method in methods


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


def to_data(mutate: Callable[[Case, Random], bytes], rule: Rule) -> Mutate:
    return lambda case, rng: present(case, replace(case.tx, data=mutate(case, rng)), frozenset({rule}))


def to_field(name: str, mutate: Callable[[Case, Random], int]) -> Mutate:
    return lambda case, rng: present(case, put(case, **{name: mutate(case, rng)}), how.rules_of(case, name))


def to_tx(mutate: Callable[[Case, Random], Payload], *rules: Rule) -> Mutate:
    return lambda case, rng: present(case, mutate(case, rng), frozenset(rules))


def to_plan(mutate: Callable[[Case, Random], Case], rule: Rule) -> Mutate:
    def made(case: Case, rng: Random) -> Mutant:
        planned = mutate(case, rng)
        return present(planned, planned.tx, frozenset({rule}))

    return made


def to_rules(mutate: Callable[[Case, Random], Rules], rule: Rule) -> Mutate:
    return lambda case, rng: present(case, case.tx, frozenset({rule}), mutate(case, rng))


def direction_flipped(case: Case, rng: Random) -> Mutant:
    turned = put(case, sells=1 - get(case, "sells"), exact_input=1 - get(case, "exact_input"))
    return present(case, turned, frozenset({Rule.DIRECTION}))


def signed_twice(case: Case, rng: Random) -> Mutant:
    """The same call on a later slot of the same round."""
    again = replace(case.tx, nonce=case.tx.nonce + rng.randint(1, 1000))
    mutant = present(case, again, frozenset({Rule.TWICE}))
    rules = replace(mutant.rules, rehearsed=(case.tx, again))
    return replace(mutant, rules=rules, before=(case.tx,))


def unrehearsed(case: Case, rng: Random) -> Mutant:
    rules = replace(case.rules, rehearsed=None)
    return Mutant(case=case, payload=case.tx, rules=rules, caught_by=frozenset({Rule.NOT_REHEARSED}))


MUTATIONS = (
    Mutation(name="bytes flipped", applies=always, mutate=how.flip_bytes),
    Mutation(name="fields exchanged", applies=always, mutate=how.exchange_fields),
    Mutation(name="other selector", applies=always, mutate=to_data(how.other_selector, Rule.METHOD)),
    Mutation(name="dirty padding", applies=always, mutate=to_data(how.dirty_padding, Rule.NOT_CANONICAL)),
    Mutation(name="trailing bytes", applies=always, mutate=to_data(how.trailing_bytes, Rule.NOT_CANONICAL)),
    Mutation(name="missing bytes", applies=always, mutate=to_data(how.missing_bytes, Rule.NOT_CANONICAL)),
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
    Mutation(name="value added", applies=always, mutate=to_tx(how.value_added, Rule.VALUE)),
    Mutation(name="gas raised", applies=always, mutate=to_tx(how.raised_gas, Rule.GAS_LIMIT)),
    Mutation(name="fee raised", applies=always, mutate=to_tx(how.raised_fee, Rule.FEE_ABOVE_CEILING)),
    Mutation(name="tip above fee", applies=always, mutate=to_tx(how.raised_tip, Rule.TIP_ABOVE_FEE)),
    Mutation(name="longer time to live", applies=always, mutate=to_tx(how.later_expiry, Rule.EXPIRES_LATE)),
    Mutation(name="other lane", applies=always, mutate=to_tx(how.other_lane, Rule.LANE)),
    Mutation(name="message for a transaction", applies=always, mutate=to_tx(how.as_message, Rule.DIALECT)),
    Mutation(name="signed twice", applies=lambda case: case.method != "approve", mutate=signed_twice),
    Mutation(name="no rehearsal", applies=lambda case: not case.exits, mutate=unrehearsed),
    Mutation(name="no plan", applies=always, mutate=to_rules(plan.without_plan, Rule.NOT_PLANNED)),
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


@value
class Verdict:
    """What became of one mutant; `rule` None: it would have been signed."""

    name: str
    mutant: Mutant
    rule: Rule | None

    @property
    def as_it_should(self) -> bool:
        return self.rule in self.mutant.caught_by


class PaperSigner:
    """Signs nothing: what reaches it has passed the firewall."""

    address: Address = OPERATOR

    def seal(self, venue: Name, payload: Payload) -> Signed:
        return Signed(venue=venue, payload=payload, raw=b"paper", ref="paper")


Build: TypeAlias = Callable[[Case], Firewall]


@cache
def sound_cases(seed: int) -> dict[str, list[Case]]:
    """By class, the payloads that it can be done to."""
    sound = cases(seed, times=40)
    return {mutation.name: [case for case in sound if mutation.applies(case)] for mutation in MUTATIONS}


def judged(count: int, seed: int = SEED, build: Build = firewall_of) -> Iterator[Verdict]:
    """`count` mutants, the same number of each class, through the vault itself."""
    rng, pools = Random(seed), sound_cases(seed)
    for n in range(count):
        mutation = MUTATIONS[n % len(MUTATIONS)]
        mutant = mutation.mutate(rng.choice(pools[mutation.name]), rng)
        yield Verdict(name=mutation.name, mutant=mutant, rule=refused_by(mutant, build(mutant.case)))


def refused_by(mutant: Mutant, firewall: Firewall) -> Rule | None:
    vault = LocalVault(firewall, {LANE: PaperSigner(), OTHER_LANE: PaperSigner()})
    for payload in mutant.before:
        vault.sign(VENUE, payload, mutant.rules)
    try:
        vault.sign(VENUE, mutant.payload, mutant.rules)
    except Refused as refused:
        return Rule(refused.rule)
    return None


def table(counts: Counter[tuple[str, Rule | None]]) -> str:
    """One line per class: how many, which rules refused them, how many got through."""
    rows = []
    for name in (mutation.name for mutation in MUTATIONS):
        rules = sorted(
            ((rule, n) for (of, rule), n in counts.items() if of == name and rule), key=lambda row: -row[1]
        )
        said = ", ".join(f"{rule} {n:,}" for rule, n in rules)
        mutants = sum(n for _, n in rules) + counts[name, None]
        rows.append((name, f"{mutants:,}", counts[name, None], said))
    return show.table(rows, ("mutation", "mutants", "signed", "refused by"))


def main(arguments: Sequence[str]) -> None:
    count = int(arguments[0]) if arguments else COUNT
    start = time.perf_counter()
    counts = Counter((verdict.name, verdict.rule) for verdict in judged(count))
    print(table(counts))
    signed = sum(n for (_, rule), n in counts.items() if rule is None)
    print(f"{count:,} mutants, {signed} signed, {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
