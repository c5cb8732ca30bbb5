"""Payloads that a bug of ours could compose, each presented as if it had been rehearsed.

python -m tests.fuzz.mutations [COUNT]     prints what refused them, by dialect and class of mutation
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from random import Random
from typing import TypeAlias

from agent.cli import show
from agent.errors import Refused
from agent.firewall import Firewall, Rule
from agent.model import Address, Name, Payload, Signed, value
from agent.signing.vault import LocalVault
from tests.fuzz import mutations_gmx_v2, mutations_hyperliquid, mutations_perp_v2
from tests.fuzz.mutants import Mutant, Mutation
from tests.unit.firewall import gmx_v2_scene, hyperliquid_scene, scene
from tests.unit.firewall.scene import LANE, OPERATOR, OTHER_LANE, VENUE, Sound, firewall_of

COUNT, SEED = 100_000, 20_221
LANES = (LANE, OTHER_LANE, hyperliquid_scene.LANE, hyperliquid_scene.OTHER_LANE)


@value
class Dialect:
    """Payloads that pass, and what can be done to them."""

    name: str
    cases: Callable[[int, int], Sequence[Sound]]
    mutations: tuple[Mutation, ...]


DIALECTS = (
    Dialect(name="perp-v2", cases=scene.cases, mutations=mutations_perp_v2.MUTATIONS),
    Dialect(name="gmx-v2", cases=gmx_v2_scene.cases, mutations=mutations_gmx_v2.MUTATIONS),
    Dialect(name="hyperliquid", cases=hyperliquid_scene.cases, mutations=mutations_hyperliquid.MUTATIONS),
)


@value
class Verdict:
    """What became of one mutant; `rule` None: it would have been signed."""

    dialect: str
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


Build: TypeAlias = Callable[[Sound], Firewall]
Counts: TypeAlias = Counter[tuple[str, str, Rule | None]]


@cache
def sound_cases(name: str, seed: int) -> dict[str, list[Sound]]:
    """By class of that dialect, the payloads that it can be done to."""
    dialect = next(each for each in DIALECTS if each.name == name)
    sound = dialect.cases(seed, 40)
    return {mutation.name: [case for case in sound if mutation.applies(case)] for mutation in dialect.mutations}


def judged(
    count: int, seed: int = SEED, build: Build = firewall_of, dialects: Sequence[Dialect] = DIALECTS
) -> Iterator[Verdict]:
    """`count` mutants, the same number of each class, through the vault itself."""
    rng = Random(seed)
    classes = [(dialect, mutation) for dialect in dialects for mutation in dialect.mutations]
    for n in range(count):
        dialect, mutation = classes[n % len(classes)]
        mutant = mutation.mutate(rng.choice(sound_cases(dialect.name, seed)[mutation.name]), rng)
        rule = refused_by(mutant, build(mutant.case))
        yield Verdict(dialect=dialect.name, name=mutation.name, mutant=mutant, rule=rule)


def refused_by(mutant: Mutant, firewall: Firewall) -> Rule | None:
    vault = LocalVault(firewall, dict.fromkeys(LANES, PaperSigner()))
    for payload in mutant.before:
        vault.sign(VENUE, payload, mutant.rules)
    try:
        vault.sign(VENUE, mutant.payload, mutant.rules)
    except Refused as refused:
        return Rule(refused.rule)
    return None


def counted(verdicts: Iterator[Verdict]) -> Counts:
    return Counter((verdict.dialect, verdict.name, verdict.rule) for verdict in verdicts)


def table(counts: Counts) -> str:
    """One line per class: how many, which rules refused them, how many got through."""
    rows = []
    classes = [(each.name, mutation.name) for each in DIALECTS for mutation in each.mutations]
    for dialect, name in classes:
        found = ((rule, n) for (*of, rule), n in counts.items() if of == [dialect, name] and rule)
        rules = sorted(found, key=lambda row: -row[1])
        said = ", ".join(f"{rule} {n:,}" for rule, n in rules)
        signed = counts[dialect, name, None]
        rows.append((dialect, name, f"{sum(n for _, n in rules) + signed:,}", signed, said))
    return show.table(rows, ("dialect", "mutation", "mutants", "signed", "refused by"))


def main(arguments: Sequence[str]) -> None:
    count = int(arguments[0]) if arguments else COUNT
    start = time.perf_counter()
    counts = counted(judged(count))
    print(table(counts))
    signed = sum(n for (_, _, rule), n in counts.items() if rule is None)
    print(f"{count:,} mutants, {signed} signed, {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
