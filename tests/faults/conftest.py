"""Every test gets a chain, a folder and a key of its own, and is taken back afterwards."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kit.devnet import launch
from tests.kit.devnet.fixtures import origin
from tests.kit.devnet.state import Devnet
from tests.kit.faults import case as cases
from tests.kit.faults.case import Case
from tests.kit.faults.figures import keep
from tests.kit.faults.scenes import Scene

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
        shutil.copytree(hedged_origin.folder, tmp_path / "keeper")
        case = replace(
            hedged_origin, folder=tmp_path / "keeper", foreign=set(), figures=type(hedged_origin.figures)()
        )
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
