"""The body of a message is read in one way only, and reading it never fails but by saying so."""

import json

from hypothesis import given
from hypothesis import strategies as st

from agent.firewall.hyperliquid_body import Body, read
from tests.unit.firewall.hyperliquid_scene import cases

BODIES = [case.tx.body for case in cases(seed=6, times=5)]
KEYS = ("type", "order", "orders", "cancel", "cancels", "a", "b", "p", "s", "r", "t", "c", "trigger", "limit", "tif")

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(KEYS),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner),
    max_leaves=10,
)


def reading(raw: bytes) -> Body | None:
    try:
        return read(raw)
    except ValueError:
        return None


@given(st.binary())
def test_body__any_bytes__are_none(raw: bytes) -> None:
    assert reading(raw) is None


@given(values, values, values, values)
def test_body__any_json__read_only_as_it_would_be_spelled(a: object, b: object, c: object, d: object) -> None:
    said = {"action": a, "nonce": b, "vaultAddress": c, "expiresAfter": d}
    found = reading(json.dumps(said, separators=(",", ":")).encode())
    assert found is None or (found.nonce, found.vault, found.expires_after) == (b, c, d)
    assert reading(json.dumps(said).encode()) is None


@given(st.sampled_from(BODIES), st.integers(0, 10**6), st.integers(1, 255))
def test_body__one_byte_changed__says_something_else_or_nothing(raw: bytes, at: int, by: int) -> None:
    """No two spellings of one message: a byte that means nothing could differ between what is judged and signed."""
    changed = bytearray(raw)
    changed[at % len(raw)] ^= by
    assert reading(bytes(changed)) != read(raw)
