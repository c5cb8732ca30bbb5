"""Promise 6a: our own bug cannot move spot. Every mutated payload is refused, and by the rule that it breaks."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from agent.firewall import Breach, Firewall, Rule
from agent.model import Name, Payload, Rules
from tests.fuzz.mutations import COUNT, DIALECTS, SEED, Counts, Dialect, Verdict, judged, table
from tests.unit.firewall.scene import VENUE, Sound, firewall_of, signer_of, vault_behind

SLOT_RULES = {
    Rule.INTENT_OVER,
    Rule.NOT_OURS,
    Rule.ONE_ATTEMPT,
    Rule.OTHER_SLOT,
    Rule.FEE_NOT_RAISED,
    Rule.OTHER_CALL,
    Rule.ALREADY_BURNED,
    Rule.BURN_TOO_DEAR,
    Rule.SIGNATURE,
}
"""What a first attempt cannot break: these have their tests beside the slot and the vault."""

OF_MESSAGES = {Rule.ENDPOINT, Rule.NONCE, Rule.MARGIN_MODE, Rule.CLIENT_ID, Rule.ORDER_UNSEEN}
ELSEWHERE = {
    "perp-v2": {
        Rule.SEQUENCE,
        Rule.LEVERAGE,
        Rule.EXECUTION_FEE,
        Rule.ORDER_TYPE,
        Rule.ORDER_FORM,
        Rule.ORDER_KEY,
        Rule.UI_FEE,
        Rule.CALLBACK,
        Rule.SWAP,
        Rule.TRIGGER,
        *OF_MESSAGES,
    },
    "gmx-v2": {Rule.EXACT_BASE, Rule.PRICE_LIMIT, Rule.DEADLINE, *OF_MESSAGES},
    "hyperliquid": {
        Rule.NOT_PLANNED,
        Rule.FEE_ABOVE_CEILING,
        Rule.TIP_ABOVE_FEE,
        Rule.GAS_LIMIT,
        Rule.CONTRACT,
        Rule.VALUE,
        Rule.TOKEN,
        Rule.SPENDER,
        Rule.EXACT_BASE,
        Rule.PRICE_LIMIT,
        Rule.REFERRAL,
        Rule.EXECUTION_FEE,
        Rule.CALLBACK,
        Rule.SWAP,
    },
}
"""What there is nothing for in a dialect: its payloads have no such argument, or do nothing without a plan."""

BREAKABLE = [(each, rule) for each in DIALECTS for rule in sorted(set(Rule) - SLOT_RULES - ELSEWHERE[each.name])]
SOUND = [(each.name, case) for each in DIALECTS for case in each.cases(1, 1)]


def expect_none_signed(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    for verdict in verdicts:
        assert verdict.rule is not None, f"signed: {verdict.dialect} {verdict.name}: {verdict.mutant.payload}"
        yield verdict


def without(rule: Rule) -> Callable[[Sound], Firewall]:
    """A firewall that has forgotten one rule."""

    class Forgetful(Firewall):
        def first(
            self, venue: Name, payload: Payload, rules: Rules, signed: Sequence[tuple[Name, Payload]] = ()
        ) -> tuple[Breach, ...]:
            found = super().first(venue, payload, rules, signed)
            return tuple(breach for breach in found if breach.rule is not rule)

    return lambda case: Forgetful({VENUE: case.pins})


def test_firewall__100000_mutants_as_if_rehearsed__each_refused_by_its_own_rule(
    capsys: pytest.CaptureFixture[str],
) -> None:
    counts: Counts = Counter()
    for verdict in expect_none_signed(judged(COUNT)):
        assert verdict.as_it_should, f"{verdict.name}: refused by {verdict.rule}, not by {verdict.mutant.caught_by}"
        counts[verdict.dialect, verdict.name, verdict.rule] += 1
    with capsys.disabled():
        print(f"\n{table(counts)}")
    assert counts.total() == COUNT
    every = {(dialect.name, mutation.name) for dialect in DIALECTS for mutation in dialect.mutations}
    assert {(dialect, name) for dialect, name, _ in counts} == every
    assert {(dialect, rule) for dialect, _, rule in counts} == {(dialect.name, rule) for dialect, rule in BREAKABLE}


def test_mutations__each_class__has_a_name_of_its_own() -> None:
    for dialect in DIALECTS:
        names = [mutation.name for mutation in dialect.mutations]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_firewall__every_payload_before_its_mutation__breaks_no_rule(dialect: Dialect) -> None:
    sound = dialect.cases(SEED, 40)
    assert len(sound) > 500
    assert not [case for case in sound if firewall_of(case).first(VENUE, case.tx, case.rules)]


@pytest.mark.parametrize(("dialect", "case"), SOUND, ids=lambda each: each if isinstance(each, str) else each.method)
def test_firewall__unmutated_payload__signed(dialect: str, case: Sound) -> None:
    signed = vault_behind(firewall_of(case)).sign(VENUE, case.tx, case.rules)
    assert signed == signer_of(case.tx).seal(VENUE, case.tx)


@pytest.mark.parametrize(
    ("dialect", "rule"), BREAKABLE, ids=lambda each: each.name if isinstance(each, Dialect) else each
)
def test_firewall__one_rule_forgotten__mutants_get_through(dialect: Dialect, rule: Rule) -> None:
    verdicts = judged(len(dialect.mutations) * 100, build=without(rule), dialects=(dialect,))
    with pytest.raises(AssertionError, match=r"^signed: "):
        deque(expect_none_signed(verdicts), maxlen=0)
