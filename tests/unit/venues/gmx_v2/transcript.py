"""The recording of the real contracts, and what the codec makes of its bytes in the recording's own plain words."""

import gzip
import json
from pathlib import Path
from typing import Any

from agent.evm import hex_bytes
from agent.evm_slot import Log
from agent.model import Address
from agent.venues.gmx_v2 import methods, orders, reverts
from agent.venues.gmx_v2.abi import Function
from agent.venues.gmx_v2.events import Event
from agent.venues.gmx_v2.layouts import Layout, layout_of
from tests.unit.venues.gmx_v2.multicall3 import Multicall3

FIXTURES = Path(__file__).parents[3] / "fixtures"
TRANSCRIPT: dict[str, Any] = json.loads(gzip.decompress((FIXTURES / "gmx_v2_2_transcript.json.gz").read_bytes()))
STEPS: list[dict[str, Any]] = TRANSCRIPT["steps"]
STEP = {step["id"]: step for step in STEPS}
LIVE: dict[str, Any] = json.loads((FIXTURES / "gmx_live_layout_synthetic.json").read_text())
EMITTER = Address(TRANSCRIPT["contracts"]["EventEmitter"]["address"])

CONTRACTS: dict[str, type[Any]] = {
    "ERC20": methods.Erc20,
    "IOracleProvider": methods.OracleProvider,
    "Multicall3": Multicall3,
    **{name: kind for name, kind in vars(methods).items() if isinstance(kind, type)},
}


def named_functions(contract: str, layout: Layout) -> dict[str, Function]:
    """By the names of the chain; the reader's in that layout."""
    found = {each.name: each for each in orders.functions(CONTRACTS[contract]).values()}
    return found | {view.name: view for view in layout.views()} if contract == "Reader" else found


def function(name: str, version: str = "2.2") -> Function:
    """From "Reader.getOrder"."""
    contract, method = name.split(".")
    return named_functions(contract, layout_of(version))[method]


def plain(given: Any) -> Any:
    """Numbers as decimal strings, bytes as hex: as the recording writes them."""
    if isinstance(given, dict):
        return {name: plain(each) for name, each in given.items()}
    if isinstance(given, tuple):
        return [plain(each) for each in given]
    if isinstance(given, bytes):
        return f"0x{given.hex()}"
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


def plain_args(name: str, data: bytes) -> Any:
    """What a call carries; a multicall is the list of its calls."""
    contract = name.split(".")[0]
    if not name.endswith(".multicall"):
        return plain(function(name).args(data))
    call = orders.read_call(CONTRACTS[contract], data)
    return {"calls": [{"fn": f"{contract}.{each.method}", "args": plain(each.args)} for each in call.calls]}


def plain_revert(data: bytes) -> Any:
    revert = reverts.read(data)
    if not data:
        return {"name": "(empty)", "selector": "0x", "args": {}}
    inner = {"inner": plain_revert(revert.inner.data)} if revert.inner else {}
    return {"name": revert.name, "selector": f"0x{data[:4].hex()}", "args": plain(revert.args), **inner}


def plain_event(log: dict[str, Any], event: Event) -> Any:
    kinds = {2: "EventLog", 3: "EventLog1", 4: "EventLog2"}
    return {"log": kinds[len(log["topics"])], "eventName": event.name, "items": plain(event.items)}


def as_log(log: dict[str, Any]) -> Log:
    """The node of the recording does not write every address with its checksum."""
    address = EMITTER if log["address"].lower() == EMITTER.lower() else Address(log["address"])
    return Log(address=address, topics=tuple(map(hex_bytes, log["topics"])), data=hex_bytes(log["data"]))


def logs_of(step: dict[str, Any]) -> tuple[Log, ...]:
    return tuple(as_log(log) for log in step["receipt"]["logs"])
