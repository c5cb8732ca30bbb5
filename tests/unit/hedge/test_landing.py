"""Whether what was read shows what we did last."""

import pytest

from agent.hedge.landing import missed
from agent.model import Memory, Name, Stamp

CHAIN = Name("chain")


def at(block: int | None, second: int) -> Stamp:
    return Stamp(source=CHAIN, time_ms=second * 1000, block=block)


@pytest.mark.parametrize(
    ("seen", "older"),
    [(at(9, 99), True), (at(11, 5), False), (at(10, 10), False), (at(10, 9), True), (at(None, 9), True)],
)
def test_missed__beside_a_landing_in_block_10__height_decides_and_time_where_it_does_not(
    seen: Stamp, older: bool
) -> None:
    landed = at(10, 10)
    assert (missed(seen, Memory(landed={CHAIN: landed})) == landed) is older
