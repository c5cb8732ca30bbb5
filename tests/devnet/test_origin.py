"""The local chain's process: nothing of it is left, whatever state it is in."""

import os
import signal
import subprocess

import pytest

from tests.kit.devnet.origin import anvil

pytestmark = pytest.mark.chain

CHAIN = 777_001


def of_the_chain() -> list[int]:
    """The processes that hold its number on their command lines: anvil, and the shell that guards it."""
    listed = subprocess.run(["ps", "-wweo", "pid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 1) for line in listed.splitlines()[1:]]
    return [int(pid) for pid, arguments in rows if f"--chain-id {CHAIN}" in arguments]


def test_a_chain__that_hears_no_signal_any_more__is_gone_with_its_context() -> None:
    with anvil(chain_id=CHAIN):
        processes = of_the_chain()
        newest = max(processes)
        os.kill(newest, signal.SIGSTOP)
    assert len(processes) == 2
    assert of_the_chain() == []
