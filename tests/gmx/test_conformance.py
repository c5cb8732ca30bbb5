"""279 recorded steps of the real GMX v2.2, taken again here: same states, events, selectors, and amounts.

Not compared: fees paid for gas and native balances, unlimited allowances (our coin counts them down, as USDC does),
who called the emitter, and the four steps named in replay.NOT_COMPARED.
"""

import pytest

from tests.gmx.comparison import differences
from tests.gmx.recording import steps
from tests.gmx.replay import NOT_COMPARED, Replay
from tests.kit.gmx import keeper
from tests.kit.gmx.parameters import ONE
from tests.kit.gmx.state import Gmx


@pytest.mark.chain
def test_recorded_scenario__taken_again__differs_in_nothing(standing: Gmx) -> None:
    found = Replay(standing).run()
    assert {step: wrong for step, wrong in found.items() if wrong} == {}
    assert len(found) == 275
    assert set(found) | set(NOT_COMPARED) == {step["id"] for step in steps()}


@pytest.mark.chain
def test_recorded_scenario__at_another_fee__differs_where_the_fee_shows(standing: Gmx) -> None:
    keeper.set_uint(standing, ONE // 1_000, "POSITION_FEE_FACTOR", standing.at("EthMarket"), True)
    found = Replay(standing).run(last="one.positions")
    wrong = {step: what for step, what in found.items() if what}
    assert set(wrong) == {"boot.ds.market", "open.execute", "one.positions"}
    assert wrong["one.positions"] == [".[0]..numbers.collateralAmount: 14994000000 != 14985000000"]


def test_differences__one_unit_apart__are_named() -> None:
    assert list(differences([("a.sizeInUsd", 10**30)], [("a.sizeInUsd", 10**30 + 1)])) == [
        f"a.sizeInUsd: {10**30} != {10**30 + 1}"
    ]


def test_differences__of_an_impact__count_from_the_fifteenth_digit() -> None:
    assert list(differences([("priceImpactUsd", 10**30)], [("priceImpactUsd", 10**30 + 10**15)])) == []
    assert len(list(differences([("priceImpactUsd", 10**30)], [("priceImpactUsd", 10**30 + 10**16)]))) == 1


def test_differences__of_a_missing_item__are_a_shape() -> None:
    assert next(differences([("a", 1), ("b", 2)], [("a", 1)])).startswith("shape")
