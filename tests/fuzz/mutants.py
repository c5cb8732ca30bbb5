"""What a mutation makes, and the mutations that any transaction can suffer, whatever its dialect."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, TypeAlias

from agent.firewall import Rule
from agent.model import EvmTx, Message, Name, Payload, Rules, value
from tests.unit.firewall.scene import CEILING, EXPIRES_MS, OTHER_LANE, OnChain, Sound

Mutate: TypeAlias = Callable[[Any, Random], "Mutant"]
Applies: TypeAlias = Callable[[Any], bool]


@value
class Mutation:
    """One class of mutations: to which payloads it can be done, and how."""

    name: str
    applies: Applies
    mutate: Mutate


@value
class Mutant:
    """A payload that must be refused by one of `caught_by`, after `before` was signed in the same round."""

    case: Sound
    payload: Payload
    rules: Rules
    caught_by: frozenset[Rule]
    before: tuple[Payload, ...] = ()


def present(case: Sound, payload: Payload, caught_by: frozenset[Rule], rules: Rules | None = None) -> Mutant:
    """As if it had been rehearsed: the rules must catch it, not the comparison."""
    rehearsed = replace(rules or case.rules, rehearsed=(payload,))
    return Mutant(case=case, payload=payload, rules=rehearsed, caught_by=caught_by)


def always(case: Sound) -> bool:
    return True


def on(*methods: str) -> Applies:
    return lambda case: case.method in methods


def to_data(mutate: Callable[[Any, Random], bytes], *rules: Rule) -> Mutate:
    return lambda case, rng: present(case, replace(case.tx, data=mutate(case, rng)), frozenset(rules))


def to_tx(mutate: Callable[[Any, Random], Payload], *rules: Rule) -> Mutate:
    return lambda case, rng: present(case, mutate(case, rng), frozenset(rules))


def to_rules(mutate: Callable[[Any, Random], Rules], *rules: Rule) -> Mutate:
    return lambda case, rng: present(case, case.tx, frozenset(rules), mutate(case, rng))


# Bytes ------------------------------------------------------------------------------------------------
def trailing_bytes(case: OnChain, rng: Random) -> bytes:
    return case.tx.data + rng.randbytes(rng.randint(1, 64))


def missing_bytes(case: OnChain, rng: Random) -> bytes:
    return case.tx.data[: -rng.randint(1, len(case.tx.data) - 4)]


def larger(number: int, rng: Random) -> int:
    return number + rng.choice((1, rng.randint(1, number + 10**6), 9 * number + 1, 2**200))


def smaller(number: int, rng: Random) -> int:
    return number - rng.choice((1, rng.randint(1, number - 1)))


# The transaction --------------------------------------------------------------------------------------
def value_added(case: OnChain, rng: Random) -> EvmTx:
    return replace(case.tx, value=case.tx.value + rng.choice((1, rng.randint(1, 10**20))))


def raised_gas(case: OnChain, rng: Random) -> EvmTx:
    return replace(case.tx, gas=case.pins.max_gas + rng.randint(1, 10**8))


def raised_fee(case: OnChain, rng: Random) -> EvmTx:
    return replace(case.tx, max_fee=CEILING + rng.choice((1, rng.randint(1, 10**13))))


def raised_tip(case: OnChain, rng: Random) -> EvmTx:
    return replace(case.tx, tip=case.tx.max_fee + rng.choice((1, rng.randint(1, 10**13))))


def later_expiry(case: OnChain, rng: Random) -> EvmTx:
    return replace(case.tx, expires_ms=EXPIRES_MS + rng.choice((1, rng.randint(1, 10**10))))


def other_lane(case: OnChain, rng: Random) -> EvmTx:
    """Another chain of ours, whose key is loaded."""
    return replace(case.tx, lane=OTHER_LANE, nonce=rng.randint(0, 10**6))


def as_message(case: OnChain, rng: Random) -> Message:
    tx = case.tx
    return Message(lane=tx.lane, nonce=tx.nonce, expires_ms=tx.expires_ms, url="https://exchange", body=tx.data)


# The round --------------------------------------------------------------------------------------------
def signed_twice(case: Sound, rng: Random) -> Mutant:
    """The same call on a later slot of the same round."""
    again = replace(case.tx, nonce=case.tx.nonce + rng.randint(1, 1000))
    mutant = present(case, again, frozenset({Rule.TWICE}))
    rules = replace(mutant.rules, rehearsed=(case.tx, again))
    return replace(mutant, rules=rules, before=(case.tx,))


def unrehearsed(case: Sound, rng: Random) -> Mutant:
    rules = replace(case.rules, rehearsed=None)
    return Mutant(case=case, payload=case.tx, rules=rules, caught_by=frozenset({Rule.NOT_REHEARSED}))


def without_plan(case: Sound, rng: Random) -> Rules:
    elsewhere = replace(case.warrant, leg=replace(case.warrant.leg, venue=Name("elsewhere")))
    return replace(case.rules, warrants=rng.choice(((), (elsewhere,))))


ANY_TRANSACTION = (
    Mutation(name="trailing bytes", applies=always, mutate=to_data(trailing_bytes, Rule.NOT_CANONICAL)),
    Mutation(name="missing bytes", applies=always, mutate=to_data(missing_bytes, Rule.NOT_CANONICAL)),
    Mutation(name="value added", applies=always, mutate=to_tx(value_added, Rule.VALUE)),
    Mutation(name="gas raised", applies=always, mutate=to_tx(raised_gas, Rule.GAS_LIMIT)),
    Mutation(name="fee raised", applies=always, mutate=to_tx(raised_fee, Rule.FEE_ABOVE_CEILING)),
    Mutation(name="tip above fee", applies=always, mutate=to_tx(raised_tip, Rule.TIP_ABOVE_FEE)),
    Mutation(name="other lane", applies=always, mutate=to_tx(other_lane, Rule.LANE)),
    Mutation(name="message for a transaction", applies=always, mutate=to_tx(as_message, Rule.DIALECT)),
    Mutation(name="signed twice", applies=lambda case: case.method != "approve", mutate=signed_twice),
    Mutation(name="no rehearsal", applies=lambda case: not case.exits, mutate=unrehearsed),
    Mutation(name="no plan", applies=always, mutate=to_rules(without_plan, Rule.NOT_PLANNED)),
)
