"""ABI and bytecode: our own contracts as ape compiled them, the exchange as its npm packages ship it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.kit.devnet.errors import DevnetError

ROOT = Path(__file__).parents[3]
_OURS = ROOT / ".build" / "__local__.json"
_SHIPPED = (
    ROOT / "node_modules/@perp/curie-contract/artifacts/contracts",
    ROOT / "node_modules/@perp/perp-oracle-contract/artifacts/contracts",
    ROOT / "node_modules/@uniswap/v3-core/artifacts/contracts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    name: str
    abi: list[dict[str, Any]]
    bytecode: str


@cache
def artifact(name: str) -> Artifact:
    for folder in _SHIPPED:
        if (path := folder / f"{name}.sol" / f"{name}.json").exists():
            shipped = json.loads(path.read_text())
            return Artifact(name=name, abi=shipped["abi"], bytecode=shipped["bytecode"])
    return _ours(name)


def _ours(name: str) -> Artifact:
    if name not in (compiled := _compiled()):
        raise DevnetError(f"No contract {name} in .build or node_modules: run scripts/setup.")
    contract = compiled[name]
    return Artifact(name=name, abi=contract["abi"], bytecode=contract["deploymentBytecode"]["bytecode"])


@cache
def _compiled() -> dict[str, Any]:
    if not _OURS.exists():
        raise DevnetError(f"{_OURS.relative_to(ROOT)} is missing: run scripts/setup.")
    contracts: dict[str, Any] = json.loads(_OURS.read_text())["contractTypes"]
    return contracts
