"""The stage: what is played on it is what the chain would do, and it is gone afterwards."""

import json
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from web3.contract import Contract

from agent.chain.fork import Fork
from agent.chain.replies import Answer, Call, NodeError
from agent.chain.rpc import Endpoint
from agent.chain.stage import Forks, ForkSettings, ForkStage
from agent.errors import Unreadable
from agent.evm import HEAD, PIN
from agent.model import Address, EvmTx, Held, Movement, Name, Played, Snapshot, Stamp
from tests.chain.scene import CHAIN, GWEI, OPERATOR, STRANGER, chain_at, run, sign, transfer
from tests.kit.devnet.chain import Chain as LocalNode
from tests.kit.proxy import Proxy

pytestmark = pytest.mark.chain

KEY = "f00dfacecafe4711"
ANVIL = shutil.which("anvil") or str(Path(__file__).parents[2] / "node_modules" / ".bin" / "anvil")
SETTINGS = ForkSettings(ours=frozenset({OPERATOR}), anvil=ANVIL)


@pytest.fixture
def token(node: LocalNode) -> Contract:
    """USD of which the operator owns a thousand."""
    issuer = node.web3.to_checksum_address(STRANGER)
    dollar = node.deploy("Token", "Dollar", "USD", 6, sender=issuer)
    node.send(dollar, "mint", OPERATOR, 1000, sender=issuer)
    return dollar


def on_a_fork(
    url: str, work: Callable[[ForkStage], Awaitable[None]], settings: ForkSettings = SETTINGS, **stamp: Any
) -> ForkStage:
    """Pins the chain, opens the stage for what was seen, and lets `work` use it."""

    async def rehearse() -> ForkStage:
        async with chain_at(url) as chain:
            pin = (await chain.pin()).pin
            at = Stamp(source=CHAIN, time_ms=pin.block.time_ms, block=pin.block.number, block_hash=pin.block.hash)
            seen = Snapshot(held=(Held(wallet=Name("cold"), stamp=replace(at, **stamp), holdings=()),))
            async with Forks({CHAIN: chain}, settings)(seen) as stage:
                await work(stage)
            return stage

    return run(rehearse())


def play(url: str, *txs: EvmTx, settings: ForkSettings = SETTINGS) -> list[Played]:
    async def all_of_them(stage: ForkStage) -> None:
        for tx in txs:
            await stage.play(tx)

    return list(on_a_fork(url, all_of_them, settings).played)


def refusal(url: str, settings: ForkSettings = SETTINGS, **stamp: Any) -> str:
    async def open_it(stage: ForkStage) -> None:
        await stage.play(transfer(0))

    with pytest.raises(Unreadable) as caught:
        on_a_fork(url, open_it, settings, **stamp)
    return str(caught.value)


def call(token: Contract, nonce: int, method: str, *args: Any) -> EvmTx:
    data = bytes.fromhex(token.encode_abi(method, list(args))[2:])
    return replace(transfer(nonce, wei=0), to=Address(token.address), data=data, gas=200_000)


def test_what_is_played__is_what_the_chain_then_mines(node: LocalNode, token: Contract) -> None:
    approve = call(token, 0, "approve", STRANGER, 700)
    send = replace(call(token, 1, "transfer", STRANGER, 300), max_fee=7 * GWEI, tip=2 * GWEI)
    pay = transfer(2, wei=12345)
    played = play(node.url, approve, send, pay)
    assert [each.tx for each in played] == [approve, send, pay]
    assert all(each.ok for each in played)
    for each in played:
        node.rpc("eth_sendRawTransaction", "0x" + sign(each.tx).raw.hex())
        node.rpc("evm_mine")
    mined = [node.rpc("eth_getTransactionReceipt", sign(tx).ref) for tx in (approve, send, pay)]
    assert [int(receipt["gasUsed"], 16) for receipt in mined] == [each.gas_used for each in played]
    assert [receipt["status"] for receipt in mined] == ["0x1"] * 3


def test_what_is_played__names_every_movement_of_ours(node: LocalNode, token: Contract) -> None:
    usd = Address(token.address)
    approve, send = play(
        node.url, call(token, 0, "approve", STRANGER, 700), call(token, 1, "transfer", STRANGER, 300)
    )
    moved = {"token": usd, "source": OPERATOR, "target": STRANGER}
    assert approve.movements == (Movement(kind="Approval", amount=700, **moved),)
    assert send.movements == (Movement(kind="Transfer", amount=300, **moved),)


def test_playing__leaves_the_chain_as_it_was(node: LocalNode, token: Contract) -> None:
    play(node.url, call(token, 0, "transfer", STRANGER, 300))
    assert token.functions.balanceOf(node.web3.to_checksum_address(OPERATOR)).call() == 1000
    assert node.rpc("eth_getTransactionCount", OPERATOR, "pending") == "0x0"


def test_a_revert__is_played_and_failed_with_the_contracts_words(node: LocalNode, token: Contract) -> None:
    [played] = play(node.url, call(token, 0, "transferFrom", STRANGER, OPERATOR, 1))
    assert not played.ok
    assert "erc20: insufficient allowance" in played.said
    assert played.gas_used > 21_000


def test_a_call_without_gas_enough__says_so(node: LocalNode, token: Contract) -> None:
    [played] = play(node.url, replace(call(token, 0, "approve", STRANGER, 1), gas=30_000))
    assert (played.ok, played.gas_used) == (False, 30_000)
    assert "gas" in played.said.lower()


@pytest.mark.parametrize(
    ("tx", "said"),
    [
        (transfer(5), "the fork did not mine it: nonce too high or fee too low"),
        (transfer(0, wei=10**30), "Insufficient funds for gas * price + value"),
        (transfer(0, max_fee=1, tip=0), "max fee per gas less than block base fee"),
    ],
)
def test_a_transaction_that_the_chain_would_not_take__is_played_and_failed(
    node: LocalNode, tx: EvmTx, said: str
) -> None:
    [played] = play(node.url, tx)
    assert (played.ok, played.said) == (False, said)


def test_reading_on_the_stage__sees_what_was_played__in_one_batch(node: LocalNode, token: Contract) -> None:
    requests = tuple(
        json.dumps(request).encode()
        for request in (
            ["eth_getTransactionCount", [OPERATOR, PIN]],
            [HEAD, []],
            ["eth_call", [{"to": token.address, "data": token.encode_abi("balanceOf", [OPERATOR])}, PIN]],
            ["eth_nonsense", []],
        )
    )
    seen: list[Any] = []

    async def play_and_read(stage: ForkStage) -> None:
        await stage.play(call(token, 0, "transfer", STRANGER, 300))
        seen.extend(await stage.fetch(CHAIN, requests))

    on_a_fork(node.url, play_and_read)
    nonce, head, balance, nonsense = seen
    assert json.loads(nonce) == "0x1"
    assert int(json.loads(head)["number"], 16) == int(node.rpc("eth_blockNumber"), 16) + 1
    assert int(json.loads(balance), 16) == 700
    assert isinstance(nonsense, Unreadable)


def test_the_stage__goes_on_at_the_chains_time_and_not_the_hosts(node: LocalNode) -> None:
    node.rpc("evm_setNextBlockTimestamp", int(time.time()) + 500_000)
    node.rpc("evm_mine")
    before = node.now()
    times: list[int] = []

    async def two_steps(stage: ForkStage) -> None:
        await stage.play(transfer(0))
        for _ in range(2):
            [head] = await stage.fetch(CHAIN, (json.dumps([HEAD, []]).encode(),))
            assert isinstance(head, bytes)
            times.append(int(json.loads(head)["timestamp"], 16) - before)
            await stage.outsider(STRANGER, OPERATOR, b"", after_s=600)

    on_a_fork(node.url, two_steps)
    assert 1 <= times[0] <= 5
    assert times[1] - times[0] == 601


def test_an_outsider_that_reverts__makes_the_stage_unreadable(node: LocalNode, token: Contract) -> None:
    data = bytes.fromhex(token.encode_abi("transferFrom", [OPERATOR, STRANGER, 1])[2:])

    async def outside(stage: ForkStage) -> None:
        await stage.play(transfer(0))
        await stage.outsider(STRANGER, Address(token.address), data)

    with pytest.raises(Unreadable, match=f"{STRANGER} could not do its part: .*insufficient allowance"):
        on_a_fork(node.url, outside)


def test_nothing_to_play__opens_no_fork(front: Proxy) -> None:
    async def nothing(stage: ForkStage) -> None:
        assert stage.played == []

    on_a_fork(front.url, nothing)
    assert len(front.trips) == 1


def test_a_fork_of_another_block_than_was_read__is_refused(node: LocalNode) -> None:
    said = refusal(node.url, block_hash="0x" + "ab" * 32)
    assert said.startswith("main: the fork has 0x")
    assert "0xabab" in said


def test_a_source_that_is_no_chain__has_no_stage(node: LocalNode) -> None:
    async def ask(stage: ForkStage) -> None:
        await stage.fetch(Name("rest"), (b'["x",[]]',))

    with pytest.raises(Unreadable, match="rest is no chain"):
        on_a_fork(node.url, ask)


def test_a_missing_anvil__says_how_to_get_it(node: LocalNode) -> None:
    said = refusal(node.url, replace(SETTINGS, anvil="no-such-anvil"))
    assert said.startswith("anvil = 'no-such-anvil': there is no such program, and a rehearsal needs it: install")


def test_an_upstream_that_fails__is_named_without_its_key(front: Proxy) -> None:
    url = f"{front.url}/v2/{KEY}"

    async def fail_late(stage: ForkStage) -> None:
        front.reply = (429, f"too many requests for {KEY}")
        await stage.play(transfer(0))

    with pytest.raises(Unreadable) as caught:
        on_a_fork(url, fail_late)
    assert str(caught.value).startswith("anvil could not fork: ")
    assert KEY not in str(caught.value)


def test_an_upstream_that_fails_in_the_middle__is_no_fault_of_the_transaction(front: Proxy) -> None:
    async def fail_in_the_middle(stage: ForkStage) -> None:
        await stage.play(transfer(0))
        front.reply = (500, f"broken {KEY}")
        await stage.play(replace(transfer(1), to=Address("0x000000000000000000000000000000000000dEaD")))

    with pytest.raises(Unreadable) as caught:
        on_a_fork(f"{front.url}/{KEY}", fail_in_the_middle)
    assert KEY not in str(caught.value)


class Failing(Endpoint):
    """A fork that answers every call with this error."""

    def __init__(self, code: int) -> None:
        super().__init__("http://127.0.0.1:9")
        self._code = code

    async def ask(self, calls: Sequence[Call], timeout_s: float | None = None) -> list[Answer]:
        return [NodeError("the fork", "failed", self._code)] * len(calls)


def test_an_error_of_the_fork_itself__is_no_fault_of_the_transaction__but_a_rejection_is() -> None:
    rejected = run(Fork(Failing(-32003), 0).play(transfer(0), frozenset()))
    assert (rejected.ok, rejected.said) == (False, "failed")
    with pytest.raises(Unreadable, match="the fork: failed"):
        run(Fork(Failing(-32603), 0).play(transfer(0), frozenset()))


def test_an_upstream_that_hangs__is_given_up_at_the_deadline(front: Proxy) -> None:
    async def hang(stage: ForkStage) -> None:
        front.delay_s = 30
        await stage.play(transfer(0))

    started = time.monotonic()
    with pytest.raises(Unreadable, match=r"anvil did not fork within 0\.5 s"):
        on_a_fork(front.url, hang, replace(SETTINGS, start_s=0.5))
    assert time.monotonic() - started < 5


def test_the_key_of_the_upstream__is_on_no_command_line(front: Proxy) -> None:
    lines: list[str] = []

    async def list_processes(stage: ForkStage) -> None:
        await stage.play(transfer(0))
        lines.append(subprocess.run(["ps", "-wweo", "args"], capture_output=True, text=True, check=True).stdout)

    on_a_fork(f"{front.url}/v2/{KEY}", list_processes)
    assert "--fork-url=origin" in lines[0]
    assert KEY not in lines[0]


def test_a_stage__from_opening_to_end__takes_less_than_three_seconds(node: LocalNode, token: Contract) -> None:
    started = time.monotonic()
    play(node.url, call(token, 0, "approve", STRANGER, 1), call(token, 1, "transfer", STRANGER, 1))
    assert time.monotonic() - started < 3
