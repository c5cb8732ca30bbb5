"""The line under any mixture of faults: deaths, lost answers, lagging nodes, fee spikes, sleeping keepers, reorgs."""

from dataclasses import dataclass
from itertools import chain, repeat

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import Unreadable
from tests.kit.toys.case import MOST_BEHIND, Case, Faults
from tests.kit.toys.weather import GONE_OR_BACK, reorganised
from tests.kit.toys.world import CONFIRMATIONS, Sent, World

TAPS, LOOKS, SENDS = 90, 60, 20
FATES = ("arrives", "arrives", "arrives", "lost before", "lost after", "fee rises", "fee far too high")


@dataclass
class Weather:
    """What becomes of each send in turn; later ones arrive."""

    fates: list[str]

    def way(self, world: World, sent: Sent) -> str:
        fate = self.fates.pop(0) if self.fates else "arrives"
        if fate == "lost before":
            raise Unreadable(fate)
        if fate.startswith("fee"):
            world.base_fee = 6 if fate == "fee rises" else 50
            world.spike_until_ms = world.now_ms + 30_000
        said = sent()
        if fate == "lost after":
            raise Unreadable(fate)
        return said


def in_turn(numbers: list[int]) -> "chain[int] | repeat[int]":
    return chain(numbers, repeat(0))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    world = World(
        keeper_delay_s=draw(st.sampled_from((0, 2, 8))),
        keeper_dead_s=draw(st.sampled_from((0, 0, 40, 70))),
        reorgs=True,
    )
    depths = st.tuples(st.integers(1, CONFIRMATIONS), st.sampled_from(GONE_OR_BACK))
    lags = in_turn(draw(st.lists(st.sampled_from((0, 0, 1, 4, MOST_BEHIND)), max_size=LOOKS)))
    absences = in_turn(draw(st.lists(st.sampled_from((0, 500, 20_000)), max_size=4)))
    faults = Faults(
        crash_at=frozenset(draw(st.lists(st.integers(1, TAPS), max_size=4))),
        way=Weather(draw(st.lists(st.sampled_from(FATES), max_size=SENDS))).way,
        lag=lambda: next(lags),
        before_look=reorganised(draw(st.dictionaries(st.integers(1, LOOKS), depths, max_size=3))),
        absence=lambda: next(absences),
    )
    return Case(world, faults)


@given(case=cases())
@settings(
    max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_line__any_mixture_of_faults__each_position_changed_once_and_recorded(case: Case) -> None:
    assert case.settle().wrongs() == []
