"""Errors of the exchange: what they are, in words, and whether to try again."""

from typing import Any

import pytest

from agent.evm import hex_bytes
from agent.venues.gmx_v2 import reverts
from agent.venues.gmx_v2.abi import encode
from agent.venues.gmx_v2.errors import ERRORS, STRINGS, Kind
from agent.venues.gmx_v2.reverts import RETRY, TABLE, Retry
from tests.unit.venues.gmx_v2.transcript import STEPS

RECORDED = [step for step in STEPS if "decoded_error" in step]

SELECTORS = (
    "032b3d00 0481a15a 05d102a2 05fbc1ae 08c379a0 09f8c937 1041c08a 10aeb692 16307797 182e30e3 19d50093 "
    "2136ecd2 2159b161 2416afa9 26025b4e 28f773e9 2a34f7fe 2b6e7c3f 2bf127cf 3044992f 315276c9 34e5c9e2 "
    "3784f834 3a61a4a9 3a78cd7e 3af14617 3c0ac199 3d1986f7 3df42531 4baab816 4dfbbff3 4e487b71 4e48dcda "
    "519ba753 59afd6c6 5dac504d 6429ff3f 68b49e6c 6918f9bf 6afad778 7344d981 74cc815b 7b5423a1 7d677abf "
    "839c693e 83f2ba20 85efb31a 89736584 8a4bd513 91c78b78 979dc780 9aba92cb 9b539f07 9b867f31 9be0a43c "
    "9cd76295 9cfea583 9da36043 9fbe2cbc a0629236 a35b150b a7aebadc b0010694 b92fb250 b98c6179 bb416f93 "
    "bc121108 be55c895 bff65b3f cb9bd134 cc32db99 cc3459ff cd64a025 cf9319d6 d1a942ab d28d3eb5 d551823d "
    "d84b8ee8 dd7016a2 dd70e0c9 e09ad0e9 e15f2701 e474a425 e5feddc0 e71a51be e8266438 eb1947dd ee919dd9 "
    "f0641c92 f0794a60"
)
"""Of the errors, as compiled from the exchange's sources."""


def revert(name: str, *args: object) -> bytes:
    [entry] = [each for each in TABLE.values() if each.name == name]
    return entry.selector + encode(entry.takes, args)


def test_table__every_error_of_every_class__is_in_it_once() -> None:
    lines = [line for text in ERRORS.values() for line in text.splitlines() if line.startswith("    ")]
    assert len(TABLE) == len({entry.name for entry in TABLE.values()}) == len(lines)
    assert set(ERRORS) == set(Kind) == set(RETRY)


def test_table__its_selectors__are_those_of_the_compiled_errors() -> None:
    assert sorted(selector.hex() for selector in TABLE) == SELECTORS.split()


@pytest.mark.parametrize("step", RECORDED, ids=[step["id"] for step in RECORDED])
def test_explain__what_the_recorded_node_said__is_a_sentence(step: dict[str, Any]) -> None:
    data = step["error"]["data"]
    in_words = reverts.explain(f"execution reverted: custom error {data[:10]}: {data[10:]}")
    assert in_words == reverts.explain(str(step["error"])) == str(reverts.read(hex_bytes(data)))
    assert step["decoded_error"]["name"] in in_words


@pytest.mark.parametrize(
    ("data", "kind", "retry"),
    [
        (revert("OrderNotFulfillableAtAcceptablePrice", 1, 2), Kind.PRICE, Retry.AGAIN),
        (revert("MaxPriceAgeExceeded", 1, 2), Kind.ORACLE, Retry.AGAIN),
        (revert("RequestNotYetCancellable", 250, 300, "Order"), Kind.EXPIRED, Retry.AGAIN),
        (revert("InsufficientExecutionFee", 2, 1), Kind.FEE, Retry.AGAIN),
        (revert("MaxOpenInterestExceeded", 2, 1), Kind.CAPACITY, Retry.REPLAN),
        (revert("InsufficientFundsToPayForCosts", 1, "pnl"), Kind.MARGIN, Retry.REPLAN),
        (revert("InvalidDecreaseOrderSize", 2, 1), Kind.SIZE, Retry.REPLAN),
        (revert("DisabledFeature", bytes(32)), Kind.DISABLED, Retry.PERSON),
        (
            revert("SubaccountApprovalExpired", "0x" + "11" * 20, "0x" + "22" * 20, 1, 2),
            Kind.DELEGATION,
            Retry.PERSON,
        ),
        (revert("EmptyReceiver"), Kind.OTHER, Retry.PERSON),
        (revert("Error", "ERC20: insufficient allowance"), Kind.DELEGATION, Retry.PERSON),
        (revert("Error", "ERC20: transfer amount exceeds balance"), Kind.MARGIN, Retry.REPLAN),
        (revert("Error", "something else"), Kind.OTHER, Retry.PERSON),
        (revert("Panic", 17), Kind.OTHER, Retry.PERSON),
        (b"", Kind.OTHER, Retry.PERSON),
        (bytes.fromhex("deadbeef"), Kind.OTHER, Retry.PERSON),
    ],
)
def test_read__an_error__has_its_class_and_what_to_do(data: bytes, kind: Kind, retry: Retry) -> None:
    found = reverts.read(data)
    assert (found.kind, found.retry) == (kind, retry)


def test_read__an_error_with_arguments__names_them_in_its_sentence() -> None:
    assert str(reverts.read(revert("InsufficientExecutionFee", 435, 434))) == (
        "the execution fee is below the minimum at this gas price "
        "(InsufficientExecutionFee minExecutionFee 435, executionFee 434)"
    )


def test_read__wrapped_in_failed_calls__is_judged_by_the_innermost() -> None:
    inner = revert("InsufficientReserveForOpenInterest", 2, 1)
    found = reverts.read(revert("ExternalCallFailed", revert("ExternalCallFailed", inner)))
    assert found.name == "ExternalCallFailed"
    assert found.cause == reverts.read(inner)
    assert (found.retry, str(found)) == (Retry.REPLAN, str(found.cause))


def test_read__the_end_of_a_simulation__is_the_good_end_also_when_wrapped() -> None:
    end = revert("EndOfOracleSimulation")
    assert reverts.read(end).simulated
    assert reverts.read(revert("ExternalCallFailed", end)).simulated
    assert not reverts.read(revert("EmptyPosition")).simulated


@pytest.mark.parametrize(
    "data",
    [
        revert("InsufficientExecutionFee", 2, 1)[:-1],
        revert("InsufficientExecutionFee", 2, 1) + bytes(32),
        revert("Error", "long")[:40],
        b"\x01",
    ],
)
def test_read__bytes_that_do_not_decode__are_an_unknown_error(data: bytes) -> None:
    found = reverts.read(data)
    assert (found.name, found.args, found.kind) == (f"0x{data[:4].hex()}", {}, Kind.OTHER)


@pytest.mark.parametrize(
    ("reason", "data", "expected"),
    [
        ("USER_INITIATED_CANCEL", b"", "the account or its operator cancelled the order (USER_INITIATED_CANCEL)"),
        ("AUTO_CANCEL", b"", "the order ended with its position (AUTO_CANCEL)"),
        ("", revert("EmptyPosition"), str(reverts.read(revert("EmptyPosition")))),
        ("", b"", str(reverts.read(b""))),
        (
            "Invalid state: negative collateralSum",
            revert("Error", "Invalid state: negative collateralSum"),
            f"{STRINGS[-1][2]} (Error message Invalid state: negative collateralSum)",
        ),
    ],
)
def test_cancellation__by_whom_or_why__is_a_sentence(reason: str, data: bytes, expected: str) -> None:
    assert str(reverts.cancellation(reason, data)) == expected


def test_cancellation__asked_for__is_no_reason_for_a_person() -> None:
    assert reverts.cancellation("USER_INITIATED_CANCEL", b"").retry is Retry.AGAIN


@pytest.mark.parametrize("step", RECORDED, ids=[step["id"] for step in RECORDED])
def test_explain__what_the_node_said_in_300_characters__is_still_a_sentence(step: dict[str, Any]) -> None:
    """As messages are shown: an error with four arguments is longer, and some bytes are printed as text."""
    said = str(step["error"]["message"])[:300]
    assert (step["decoded_error"]["name"] in reverts.explain(said)) is ("custom error" in said)


@pytest.mark.parametrize("said", ["", "out of gas", "0xdeadbeef", "execution reverted: 0x12"])
def test_explain__anything_else__is_left_as_it_is(said: str) -> None:
    assert reverts.explain(said) == said
