"""Nodes that lie, lag or are gone: the others are used, or nothing is done; never a wrong trade."""

from typing import Any

import pytest

from tests.kit.faults import records
from tests.kit.faults.audit import assert_exactly_once
from tests.kit.faults.case import Case
from tests.kit.proxy import proxy

pytestmark = pytest.mark.chain

DEAD = "http://127.0.0.1:9"
OTHER = "0x" + "ab" * 32
FIRST_OR_LAST = pytest.mark.parametrize("place", [0, 1])


@FIRST_OR_LAST
def test_a_node__on_another_chain__is_left_out_and_named(unhedged: Case, place: int) -> None:
    with proxy(unhedged.devnet.url) as liar:
        liar.lies["eth_chainId"] = lambda params, true: "0x1"
        with unhedged.through(*beside([unhedged.devnet.url], liar.url, place)):
            done, doctor = unhedged.run(), unhedged.run("doctor")
    assert done.exit == 0
    for said in (done.err, doctor.out):
        assert f"{host(liar.url)}: is on chain 1, not 31337" in said
    assert_exactly_once(unhedged)


@FIRST_OR_LAST
def test_two_nodes__name_other_blocks__nothing_is_done(unhedged: Case, place: int) -> None:
    """Which of them is right is not ours to guess."""
    with proxy(unhedged.devnet.url) as liar:
        liar.lies["eth_getBlockByNumber"] = other_block
        with unhedged.through(*beside([unhedged.devnet.url], liar.url, place)):
            held = unhedged.run()
    assert held.exit == 75
    assert "the nodes contradict each other and none has a majority" in held.out
    assert OTHER in held.out
    assert records.mined(unhedged.devnet) == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_node__names_other_blocks_than_two_others__is_left_out_and_named(unhedged: Case, place: int) -> None:
    with proxy(unhedged.devnet.url) as liar, proxy(unhedged.devnet.url) as honest:
        liar.lies["eth_getBlockByNumber"] = other_block
        with unhedged.through(*beside([unhedged.devnet.url, honest.url], liar.url, place)):
            done, doctor = unhedged.run(), unhedged.run("doctor")
    assert done.exit == 0
    for said in (done.err, doctor.out):
        assert OTHER in said
    assert_exactly_once(unhedged)


@pytest.mark.parametrize(("place", "sentence"), [(0, "its head "), (1, "lags 5 blocks behind")])
def test_a_node__far_behind_another__is_left_out_and_named(unhedged: Case, place: int, sentence: str) -> None:
    """It still shows the account as it was before our own trade: who believed it would trade again."""
    assert unhedged.run().exit == 0
    with proxy(unhedged.devnet.url) as slow:
        slow.lag = 5
        with unhedged.through(*beside([unhedged.devnet.url], slow.url, place)):
            done, doctor = unhedged.run(), unhedged.run("doctor")
    assert done.exit == 0
    for said in (done.err, doctor.out):
        assert f"{host(slow.url)}: {sentence}" in said
    assert_exactly_once(unhedged)


@pytest.mark.parametrize("lag", [1, 3])
def test_a_node__alone_and_behind_our_landing__nothing_is_done(unhedged: Case, lag: int) -> None:
    assert unhedged.run().exit == 0
    with proxy(unhedged.devnet.url) as slow, unhedged.through(slow.url):
        slow.lag = lag
        for command in ("run", "flatten"):
            held = unhedged.run(command)
            assert held.exit == 75, held
            assert "the node lags" in held.out
    assert_exactly_once(unhedged)


@FIRST_OR_LAST
def test_a_node__dead__the_other_is_used(unhedged: Case, place: int) -> None:
    with unhedged.through(*beside([unhedged.devnet.url], DEAD, place)):
        assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


@pytest.mark.parametrize("command", ["run", "flatten"])
def test_nodes__all_dead__is_75_with_a_sentence(hedged: Case, command: str) -> None:
    with hedged.through(DEAD, "http://127.0.0.1:19"):
        ended = hedged.run(command)
    assert (ended.exit, ended.err) == (75, "")
    assert "no node can be used: 127.0.0.1:9: Cannot connect" in ended.out
    assert_exactly_once(hedged)


def test_nodes__die_while_a_trade_is_out__next_run_ends_it(unhedged: Case) -> None:
    """From the moment the trade is sent nothing answers any more."""
    with proxy(unhedged.devnet.url) as node, unhedged.through(node.url):

        def go_dark() -> None:
            if node.sends == 3:
                node.reply = (503, "over capacity")

        node.after_send = go_dark
        ended = unhedged.run("run", "--deadline", "6")
    assert ended.exit == 75
    assert unhedged.run().exit == 0
    assert_exactly_once(unhedged)


def beside(urls: list[str], url: str, place: int) -> list[str]:
    return [*urls[:place], url, *urls[place:]]


def host(url: str) -> str:
    return url.removeprefix("http://")


def other_block(params: list[Any], block: dict[str, Any] | None) -> dict[str, Any] | None:
    return block and block | {"hash": OTHER}
