import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.chain.redact import Redactor
from agent.chain.replies import Answer, NodeError, Replies, TooLarge
from agent.errors import Unreadable

URL = "https://node.example/v2/f00dfacecafe4711"
ASKED = [{"id": n, "method": f"method{n}"} for n in range(3)]


def given_replies(
    *replies: dict[str, Any], status: int = 200, asked: list[dict[str, Any]] | None = None
) -> list[Answer]:
    return read(json.dumps(replies).encode(), status, asked)


def read(body: bytes, status: int = 200, asked: list[dict[str, Any]] | None = None) -> list[Answer]:
    return Replies("node.example", Redactor(URL)).read(asked or ASKED, status, body)


def good(n: int | str, result: object) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": n, "result": result}


def bad(n: int | None, message: object, code: int = -32000) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": n, "error": {"code": code, "message": message}}


def test_replies__in_another_order_and_with_text_ids__reach_their_calls() -> None:
    assert given_replies(good(2, "c"), good("0", "a"), good(1, "b")) == ["a", "b", "c"]


def test_replies__with_one_error__fail_that_call_alone() -> None:
    first, second, third = given_replies(good(0, "a"), bad(1, "execution reverted: too late", 3), good(2, "c"))
    assert (first, third) == ("a", "c")
    assert isinstance(second, NodeError)
    assert str(second) == "node.example: execution reverted: too late"
    assert second.reverted


def test_replies__with_one_missing__say_which_call_was_not_answered() -> None:
    answers = given_replies(good(0, "a"), good(2, "c"))
    assert str(answers[1]) == "node.example: did not answer method1"
    assert not isinstance(answers[1], NodeError)


def test_replies__with_two_different_answers_to_one_call__trust_neither() -> None:
    answers = given_replies(good(0, "a"), good(1, "b"), good(1, "B"), good(2, "c"))
    assert str(answers[1]) == "node.example: gave several answers to one method1"
    assert answers[::2] == ["a", "c"]


def test_replies__with_the_same_answer_twice_and_strangers__are_taken() -> None:
    assert given_replies(good(0, "a"), good(1, "b"), good(1, "b"), good(2, None), good(77, "x")) == ["a", "b", None]


def test_replies__with_neither_result_nor_error__are_not_taken_for_null() -> None:
    assert "neither result nor error" in str(given_replies({"id": 0}, good(1, "b"), good(2, "c"))[0])


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (502, b"<html>Bad Gateway</html>", "node.example: HTTP 502, no JSON: <html>Bad Gateway</html>"),
        (200, b"<html>Log in</html>", "node.example: HTTP 200, no JSON: <html>Log in</html>"),
        (200, b"", "node.example: HTTP 200, no JSON: an empty answer"),
        (429, b"Too Many Requests", "node.example: HTTP 429, no JSON: Too Many Requests"),
        (429, json.dumps(bad(None, "rate limit")).encode(), "node.example: HTTP 429: rate limit"),
        (200, json.dumps(bad(None, "unauthorized")).encode(), "node.example: unauthorized"),
        (200, b'"what?"', "node.example: what?"),
        (200, b"\xff\xfe", "node.example: HTTP 200, no JSON: \ufffd\ufffd"),
    ],
)
def test_a_reply__that_is_no_list_of_answers__fails_the_batch_with_what_it_said(
    status: int, body: bytes, said: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body, status)
    assert str(caught.value) == said


def test_a_reply__that_repeats_the_key_of_its_url__is_redacted() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b"no such path: /v2/f00dfacecafe4711", 404)
    assert "f00dfacecafe4711" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (413, b"Request Entity Too Large"),
        (200, json.dumps(bad(None, "batch too large")).encode()),
        (500, json.dumps(bad(None, "Batch of more than 3 requests are not allowed")).encode()),
        (400, json.dumps(bad(None, "batch requests are not supported")).encode()),
        (200, json.dumps([bad(0, "batch too large", -32600)]).encode()),
        (200, json.dumps([bad(None, "the batch limit is 3")]).encode()),
        (200, json.dumps([good(0, "a"), bad(1, "response too large"), bad(2, "response too large")]).encode()),
    ],
)
def test_a_reply__of_an_endpoint_that_takes_smaller_batches__is_told_apart(status: int, body: bytes) -> None:
    with pytest.raises(TooLarge):
        read(body, status)


def test_a_revert__that_speaks_of_a_batch__is_no_limit_of_the_endpoint() -> None:
    answers = given_replies(good(0, "a"), bad(1, "execution reverted: batch size exceeded", 3), good(2, "c"))
    assert isinstance(answers[1], NodeError)


def test_a_single_call__answered_without_a_list__is_taken() -> None:
    assert read(json.dumps(good(0, "a")).encode(), asked=ASKED[:1]) == ["a"]
    [refused] = read(json.dumps(bad(0, "nonce too low")).encode(), 400, ASKED[:1])
    assert str(refused) == "node.example: nonce too low"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("header not found", True),
        ("Resource not found", True),
        ("unknown block", True),
        ("hash 0x12 is not currently canonical", False),
        ("block 0xabc not found", True),
        ("method not found", False),
        ("execution reverted", False),
    ],
)
def test_an_error__about_a_block_that_the_node_does_not_have__is_known_as_such(said: str, expected: bool) -> None:
    assert NodeError("node.example", said).unknown_block is expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["0x1", "batch too large"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "error", "result", "message", "code"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    body=JSON.map(lambda thing: json.dumps(thing).encode()) | st.binary(max_size=40),
    status=st.sampled_from([200, 500]),
)
def test_any_reply_at_all__is_one_answer_per_call_or_unreadable(body: bytes, status: int) -> None:
    try:
        answers = read(body, status)
    except Unreadable as error:
        answers = [error] * len(ASKED)
    assert len(answers) == len(ASKED)
    assert all(str(answer).startswith("node.example: ") for answer in answers if isinstance(answer, Unreadable))


@given(order=st.permutations(range(3)), lost=st.sets(st.integers(0, 2)))
def test_replies__in_any_order_with_any_of_them_lost__never_change_places(order: list[int], lost: set[int]) -> None:
    answers = given_replies(*(good(n, f"result{n}") for n in order if n not in lost))
    for n, answer in enumerate(answers):
        assert isinstance(answer, Unreadable) if n in lost else answer == f"result{n}"


def reverted_with(data: object, code: int = 3, message: str = "execution reverted") -> NodeError:
    error = {"code": code, "message": message, "data": data}
    [answer] = given_replies({"jsonrpc": "2.0", "id": 0, "error": error}, asked=ASKED[:1])
    assert isinstance(answer, NodeError)
    return answer


@pytest.mark.parametrize(
    ("data", "revert"),
    [
        ("0x4e48dcda", "4e48dcda"),
        ("0X4E48DCDA", "4e48dcda"),
        ("Reverted 0x4e48dcda", "4e48dcda"),
        ("0x", ""),
        ("0x4e48dcd", ""),
        ("4e48dcda", ""),
        ("0x4e48dcda and more", ""),
        ("0x" + "00" * 4_096, "00" * 4_096),
        ("0x" + "00" * 4_097, ""),
        ({"data": "0x4e48dcda"}, ""),
        (0x4E48DCDA, ""),
        (None, ""),
    ],
)
def test_a_revert__with_its_bytes__carries_those_that_are_bytes_and_shows_none(data: object, revert: str) -> None:
    answer = reverted_with(data)
    assert answer.revert.hex() == revert
    assert str(answer) == "node.example: execution reverted"


def test_an_error__that_is_no_revert__carries_nothing() -> None:
    assert reverted_with("0x4e48dcda", code=-32000, message="header not found").revert == b""


@pytest.mark.parametrize("hidden", ["f00dfacecafe4711", "F00DFACECAFE4711", b"f00dfacecafe4711".hex()])
def test_a_revert__in_whose_bytes_or_text_the_key_stands__carries_nothing(hidden: str) -> None:
    assert reverted_with(f"0x08c379a0{hidden}00").revert == b""
