import pytest

from agent.firewall import Breach, Rule
from agent.firewall.abi import Call, Methods
from tests.unit.firewall.scene import STRANGER, call_data

METHODS = Methods(approve=("address", "uint256"))
GOOD = call_data("approve", (STRANGER, 5))


def test_read__canonical_call__method_and_arguments() -> None:
    assert METHODS.read(GOOD) == Call(method="approve", args=(STRANGER.lower(), 5))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        pytest.param(b"", Rule.METHOD, id="nothing"),
        pytest.param(GOOD[:3], Rule.METHOD, id="half a selector"),
        pytest.param(b"\xff" + GOOD[1:], Rule.METHOD, id="unknown selector"),
        pytest.param(GOOD[:4], Rule.NOT_CANONICAL, id="no arguments"),
        pytest.param(GOOD[:-1], Rule.NOT_CANONICAL, id="one byte missing"),
        pytest.param(GOOD + b"\0", Rule.NOT_CANONICAL, id="one byte more"),
        pytest.param(GOOD[:4] + b"\1" + GOOD[5:], Rule.NOT_CANONICAL, id="dirty address"),
    ],
)
def test_read__anything_but_the_one_spelling__refused(data: bytes, rule: Rule) -> None:
    read = METHODS.read(data)
    assert isinstance(read, Breach)
    assert read.rule is rule


def test_read__dynamic_arguments_with_a_moved_tail__refused() -> None:
    """The same value, encoded with a gap before its tail: decodes, but it is not the spelling of an encoder."""
    methods = Methods(note=("bytes",))
    selector = next(iter(methods._names))
    words = [64, 0, 1]
    moved = selector + b"".join(word.to_bytes(32) for word in words) + b"x".ljust(32, b"\0")
    read = methods.read(moved)
    assert isinstance(read, Breach)
    assert read.rule is Rule.NOT_CANONICAL
