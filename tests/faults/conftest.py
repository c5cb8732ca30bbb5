"""Every test gets a chain, a folder and a key of its own, and is taken back afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.devnet import launch
from tests.kit.devnet.fixtures import origin
from tests.kit.devnet.state import Devnet
from tests.kit.faults import case as cases
from tests.kit.faults.case import Case
from tests.kit.faults.figures import keep
from tests.kit.faults.keeping import Keeper
from tests.kit.faults.scenes import Scene
from tests.kit.gmx import devnet as gmx

__all__ = ["origin"]


@pytest.fixture
def unhedged(origin: Devnet, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Case]:
    """Nothing done yet."""
    with cases.on(origin) as devnet:
        case = cases.unhedged(devnet, tmp_path / "keeper")
        yield case
        keep(request.node, case.figures)


@pytest.fixture(scope="session")
def hedged_origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A second chain, on which a first run has hedged."""
    with launch.devnet() as devnet:
        yield cases.hedged(devnet, tmp_path_factory.mktemp("hedged") / "keeper")


@pytest.fixture
def hedged(hedged_origin: Case, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Case]:
    """A first run has hedged; nothing since."""
    with cases.on(hedged_origin.devnet):
        case = hedged_origin.copied(tmp_path / "keeper")
        yield case
        keep(request.node, case.figures)


@pytest.fixture
def scene(request: pytest.FixtureRequest) -> Scene:
    """Named by the test's parameters."""
    return Scene(request.param)


@pytest.fixture
def case(scene: Scene, request: pytest.FixtureRequest) -> Case:
    """The scene, set."""
    case: Case = request.getfixturevalue("unhedged" if scene is Scene.HEDGE else "hedged")
    scene.set(case)
    return case


@pytest.fixture(scope="session")
def gmx_origin() -> Iterator[Devnet]:
    """The exchange where a keeper executes: none is at work but the test's own."""
    with gmx.devnet() as devnet:
        yield devnet


@pytest.fixture
def gmx_unhedged(gmx_origin: Devnet, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Case]:
    """Nothing done yet."""
    with cases.on(gmx_origin) as devnet:
        case = cases.unhedged(devnet, tmp_path / "keeper")
        case.keeper = Keeper(devnet)
        yield case
        keep(request.node, case.figures)


@pytest.fixture(scope="session")
def gmx_hedged_origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A second chain, on which a first run has hedged."""
    with gmx.devnet() as devnet:
        case = cases.unhedged(devnet, tmp_path_factory.mktemp("gmx") / "keeper")
        case.keeper = Keeper(devnet)
        case.steps()
        yield case


@pytest.fixture
def gmx_hedged(gmx_hedged_origin: Case, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Case]:
    """A first run has hedged; nothing since."""
    with cases.on(gmx_hedged_origin.devnet):
        case = gmx_hedged_origin.copied(tmp_path / "keeper")
        yield case
        keep(request.node, case.figures)


@pytest.fixture
def gmx_case(scene: Scene, request: pytest.FixtureRequest) -> Case:
    """The scene, set where a keeper executes."""
    case: Case = request.getfixturevalue("gmx_unhedged" if scene is Scene.HEDGE else "gmx_hedged")
    scene.set(case)
    return case
