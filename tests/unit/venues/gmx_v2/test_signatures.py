"""Signatures against a page that lists those of the compiled contracts; not run where there is no such page.

Its lines are `releases | selector | contract | signature`, with the names of all fields. The exchange's own interface
files are large; this is how a new release is compared with what this program knows.
"""

import re
from collections.abc import Iterator

import pytest

from agent.evm import topic
from agent.model import value
from agent.venues.gmx_v2 import events
from agent.venues.gmx_v2.abi import Function, Param, params
from agent.venues.gmx_v2.keys import Keys, Sets, constant
from agent.venues.gmx_v2.layouts import LAYOUTS, layout_of
from agent.venues.gmx_v2.reverts import TABLE
from tests.kit import beside
from tests.unit.venues.gmx_v2.transcript import CONTRACTS, named_functions

PAGE = "gmx_abi_signatures.md"
RELEASES = {"v2.2": "2.2", "v2.2c": "2.2c", "LIVE": "live"}
EVENTS = {"EventLog": events.EVENT_LOG, "EventLog1": events.EVENT_LOG_1, "EventLog2": events.EVENT_LOG_2}


@value
class Line:
    releases: tuple[str, ...]
    selector: str
    contract: str
    text: str


@pytest.fixture(scope="module")
def page() -> str:
    return beside.facts(PAGE).read_text()


@pytest.fixture(scope="module")
def lines(page: str) -> tuple[Line, ...]:
    return tuple(_lines(page))


def _lines(page: str) -> Iterator[Line]:
    for block in re.findall(r"```abi\n(.*?)```", page, re.DOTALL):
        for line in block.strip().splitlines():
            releases, selector, contract, text = line.split(" | ", 3)
            known = tuple(RELEASES[release] for release in releases.split(",") if release in RELEASES)
            yield Line(releases=known or tuple(LAYOUTS), selector=selector, contract=contract, text=text)


def used(contract: str, release: str) -> dict[str, Function]:
    """What this program has of that contract: nothing of some."""
    return named_functions(contract, layout_of(release)) if contract in CONTRACTS else {}


def test_functions__those_that_are_used__are_the_same_in_every_release_with_all_their_names(
    lines: tuple[Line, ...],
) -> None:
    compared = 0
    for line in lines:
        if not line.text.startswith("function "):
            continue
        text = re.sub(r" (view|pure|payable)\b", "", line.text.removeprefix("function "))
        theirs = Function(text)
        for release in line.releases:
            ours = used(line.contract, release).get(theirs.name)
            if ours:
                assert f"0x{ours.selector.hex()}" == line.selector
                assert (ours.takes, ours.gives) == (theirs.takes, theirs.gives), (
                    f"{release} {line.contract}.{ours.name}"
                )
                compared += 1
    assert compared > 150


def test_contracts__all_but_those_not_listed__have_no_method_that_the_page_has_not(lines: tuple[Line, ...]) -> None:
    listed = {(line.contract, line.selector) for line in lines}
    unlisted = {
        f"{contract}.{function.name}"
        for contract in CONTRACTS
        if contract not in ("Router", "Erc20", "OracleProvider")
        for layout in LAYOUTS.values()
        for function in named_functions(contract, layout).values()
        if (contract, f"0x{function.selector.hex()}") not in listed
    }
    assert unlisted == {"DataStore.setAddress", "DataStore.setBool"}


def test_errors__of_every_release__are_ours_with_all_their_names(lines: tuple[Line, ...]) -> None:
    listed: dict[bytes, tuple[str, tuple[Param, ...]]] = {}
    for line in lines:
        if line.text.startswith("error "):
            name, _, inside = line.text.removeprefix("error ").partition("(")
            listed[bytes.fromhex(line.selector[2:])] = (name, params(inside[:-1]))
    assert listed == {selector: (entry.name, entry.takes) for selector, entry in TABLE.items()}


def test_events__of_the_emitter__are_ours(lines: tuple[Line, ...]) -> None:
    found = {line.text.split()[1].split("(")[0]: line.selector for line in lines if line.text.startswith("event ")}
    assert found == {name: f"0x{selector.hex()}" for name, selector in EVENTS.items()}


def test_event_names__their_hashes__are_the_topics(page: str) -> None:
    hashes = re.findall(r"^\* \*\*(\w+)\*\* \(EventLog\d?\) `0x(\w+)`", page, re.MULTILINE)
    assert len(hashes) > 30
    assert [name for name, digits in hashes if topic(name).hex() != digits] == []


def test_keys__those_that_are_used__have_all_their_forms(page: str) -> None:
    rows = re.findall(r"^\| ([A-Z][A-Z0-9_]+) \| `0x(\w{64})` \| (\S+).*? \| (.*?) \|", page, re.MULTILINE)
    compared = 0
    for name, digits, getter, forms in rows:
        assert constant(name).hex() == digits
        if getter == "(constant:":
            continue
        key = getattr(Sets if "Values" in getter or getter == "containsAddress" else Keys, name, None)
        if key is None:
            continue
        compared += 1
        theirs = {params(form) for form in re.findall(r"\(([^()]*)\)", _arguments(forms))}
        assert {len(form) for form in theirs} == set(key.forms), name
        for form in theirs:
            assert [param.type for param in key.forms[len(form)]] == [param.type for param in form], name
    assert compared > 60


def _arguments(forms: str) -> str:
    return forms.replace("(none)", "()")
