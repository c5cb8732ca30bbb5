"""What only a person can put right ends with 78, not with "try again"."""

from dataclasses import replace

from agent.chain.anvil import anvil_fork
from agent.errors import Exit
from agent.model import Code, Snapshot
from agent.seams import House, Stage
from tests.kit.toys.case import Case
from tests.kit.toys.world import World


class NoAnvil:
    """A stage whose program is not there."""

    def __init__(self, snapshot: Snapshot) -> None: ...

    async def __aenter__(self) -> Stage:
        async with anvil_fork("http://127.0.0.1:1", 1, binary="no-such-anvil"):
            pass
        raise AssertionError("there is such a program")

    async def __aexit__(self, *_: object) -> None: ...


def test_run__without_anvil__is_78_and_signs_nothing() -> None:
    case = Case(World(keeper_delay_s=0))
    case.journal.begin_run("run", 0)

    def bare(house: House) -> House:
        return replace(house, stage=NoAnvil)

    report = case.run(bare)
    assert [reason.code for reason in report.reasons] == [Code.MISCONFIGURED]
    assert "anvil = 'no-such-anvil': there is no such program" in report.reasons[0].value
    assert (report.exit, case.vault.asked) == (Exit.CONFIG, [])
