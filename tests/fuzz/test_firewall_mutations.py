"""Promise 6a: our own bug cannot move spot. Every mutated payload is refused, and by the rule that it breaks."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from agent.firewall import Breach, Firewall, Rule
from agent.model import Name, Payload, Rules
from tests.fuzz.mutations import COUNT, MUTATIONS, SEED, Verdict, judged, sound_cases, table
from tests.unit.firewall.scene import VENUE, Case, cases, firewall_of, signer, vault_behind

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


def expect_none_signed(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    for verdict in verdicts:
        assert verdict.rule is not None, f"signed: {verdict.name}: {verdict.mutant.payload}"
        yield verdict


def without(rule: Rule) -> Callable[[Case], Firewall]:
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
    counts: Counter[tuple[str, Rule | None]] = Counter()
    for verdict in expect_none_signed(judged(COUNT)):
        assert verdict.as_it_should, f"{verdict.name}: refused by {verdict.rule}, not by {verdict.mutant.caught_by}"
        counts[verdict.name, verdict.rule] += 1
    with capsys.disabled():
        print(f"\n{table(counts)}")
    assert counts.total() == COUNT
    assert {name for name, _ in counts} == {mutation.name for mutation in MUTATIONS}
    assert {rule for _, rule in counts} == set(Rule) - SLOT_RULES


def test_firewall__every_payload_before_its_mutation__breaks_no_rule() -> None:
    sound = [case for pool in sound_cases(SEED).values() for case in pool]
    assert len(sound) > 500
    assert not [case for case in sound if firewall_of(case).first(VENUE, case.tx, case.rules)]


@pytest.mark.parametrize("case", cases(seed=1, times=1), ids=lambda case: case.method)
def test_firewall__unmutated_payload__signed(case: Case) -> None:
    signed = vault_behind(firewall_of(case)).sign(VENUE, case.tx, case.rules)
    assert signed == signer().seal(VENUE, case.tx)


@pytest.mark.parametrize("rule", sorted(set(Rule) - SLOT_RULES))
def test_firewall__one_rule_forgotten__mutants_get_through(rule: Rule) -> None:
    with pytest.raises(AssertionError, match=r"^signed: "):
        deque(expect_none_signed(judged(len(MUTATIONS) * 100, build=without(rule))))
