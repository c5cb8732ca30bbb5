"""Every test gets an exchange, a folder and a key of its own, and the chain as it was.

A test module imports all the fixtures.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.kit.devnet import launch
from tests.kit.devnet.state import Devnet
from tests.kit.faults import message_case as cases
from tests.kit.faults.figures import keep
from tests.kit.faults.message_case import SEEDS, MessageCase
from tests.kit.faults.message_scenes import set_scene
from tests.kit.faults.scenes import Scene

__all__ = ["hedged_once", "message_case", "message_chain", "message_hedged", "message_unhedged", "seed"]


@pytest.fixture(scope="session")
def message_chain() -> Iterator[Devnet]:
    with launch.devnet() as devnet:
        yield devnet


@pytest.fixture
def seed() -> int:
    """Of what the documentation leaves open; a test may name another."""
    return 0


@pytest.fixture
def message_unhedged(
    message_chain: Devnet, tmp_path: Path, seed: int, request: pytest.FixtureRequest
) -> Iterator[MessageCase]:
    """Nothing done yet."""
    with cases.on(message_chain) as devnet, cases.unhedged(devnet, tmp_path / "keeper", cases.opened(seed)) as case:
        yield case
        keep(request.node, case.figures)


@pytest.fixture(scope="session")
def hedged_once(message_chain: Devnet, tmp_path_factory: pytest.TempPathFactory) -> MessageCase:
    """What a first run has left."""
    folder = tmp_path_factory.mktemp("hedged") / "keeper"
    with cases.on(message_chain) as devnet, cases.unhedged(devnet, folder, cases.opened()) as case:
        done = case.run()
        assert done.exit == 0, done
        return case


@pytest.fixture
def message_hedged(
    hedged_once: MessageCase, tmp_path: Path, seed: int, request: pytest.FixtureRequest
) -> Iterator[MessageCase]:
    """A first run has hedged; nothing since."""
    with ExitStack() as stack:
        stack.enter_context(cases.on(hedged_once.devnet))
        case = stack.enter_context(cases.again(hedged_once, tmp_path / "keeper", seed))
        yield case
        keep(request.node, case.figures)


@pytest.fixture
def message_case(scene: Scene, seed: int, request: pytest.FixtureRequest) -> MessageCase:
    """The scene, set."""
    name = "message_unhedged" if scene is Scene.HEDGE else "message_hedged"
    case: MessageCase = request.getfixturevalue(name)
    set_scene(scene, case)
    return case


ONE_SEED = [SEEDS[0], *(pytest.param(seed, marks=pytest.mark.all_faults) for seed in SEEDS[1:])]


def each_seed(*cases: object) -> pytest.MarkDecorator:
    """By default each case on one of the exchanges; on all of them in the full matrix."""
    marks = {True: (), False: (pytest.mark.all_faults,)}
    shared = [(n, case, at, seed) for n, case in enumerate(cases or (None,)) for at, seed in enumerate(SEEDS)]
    params = [pytest.param(case, seed, marks=marks[n % len(SEEDS) == at]) for n, case, at, seed in shared]
    return pytest.mark.parametrize(("how", "seed"), params)
