"""One hedge over two toy venues, run after run, while one of them goes dark and comes back."""

from dataclasses import replace

import pytest

from agent.errors import Exit
from agent.hedge import Hedge, Limits, make_decide
from agent.hedge.policies.full import Full
from agent.model import Code
from agent.seams import House
from agent.units import Ratio
from tests.kit.toys.case import Case
from tests.kit.toys.hedge import Cold
from tests.kit.toys.promises.common import codes
from tests.kit.toys.words import ETH
from tests.kit.toys.world import MESSAGE, REST, SIZE_DECIMALS, SYNC, USD_DECIMALS, World

HEDGE = Hedge(
    underlying=ETH,
    policy=Full(),
    wallets=(Cold.name,),
    venues=(SYNC, MESSAGE),
    max_share={SYNC: Ratio("0.8")},
    cooldown_s=0,
)


def two_venues(house: House) -> House:
    return replace(house, decide=make_decide([HEDGE], Limits()))


@pytest.fixture
def case() -> Case:
    """10 ETH, and collateral at both; what one may hold of it is 8."""
    world = World()
    world.chain.money[SYNC] = 100_000 * 10**USD_DECIMALS
    return Case(world, change=two_venues)


def holds(case: Case, spot: str) -> dict[str, str]:
    """What stands at each venue once it has run with that much spot."""
    case.world.chain.spot = int(float(spot) * 10**SIZE_DECIMALS)
    case.run()
    case.world.wait(60_000)
    stands = {**case.world.chain.size, **case.world.exchange.size}
    return {venue: str(stands[venue] / 10**SIZE_DECIMALS) for venue in (SYNC, MESSAGE)}


def ends(case: Case) -> Exit:
    return case.reports[-1].exit


def test_two_venues__one_goes_dark_and_comes_back__nothing_goes_meanwhile_and_all_is_right_after(case: Case) -> None:
    assert holds(case, "10") == {SYNC: "-8.0", MESSAGE: "-2.0"}
    assert ends(case) is Exit.DONE

    case.world.dark = {REST}
    assert holds(case, "12") == {SYNC: "-8.0", MESSAGE: "-2.0"}, "what is missing may stand there"
    assert holds(case, "6.5") == {SYNC: "-8.0", MESSAGE: "-2.0"}, "the coins that are gone may be there"
    assert ends(case) is Exit.TEMPORARY
    assert Code.NOT_SEEN in codes(case)

    case.world.dark = set()
    assert holds(case, "6.5") == {SYNC: "-6.5", MESSAGE: "0.0"}
    assert holds(case, "9.5") == {SYNC: "-7.6", MESSAGE: "-1.9"}
    assert ends(case) is Exit.DONE
    assert len(case.world.fills) == 6, "each trade was made once"


def test_two_venues__the_chain_goes_dark__the_other_adds_nothing_and_is_finished_after(case: Case) -> None:
    case.world.dark = {"size/sync"}
    assert holds(case, "10") == {SYNC: "0.0", MESSAGE: "0.0"}

    case.world.dark = set()
    assert holds(case, "10") == {SYNC: "-8.0", MESSAGE: "-2.0"}
