"""A peg or a sequencer that is not well holds back what adds, and nothing else."""

from dataclasses import replace

from agent.hedge import make_flatten
from agent.model import Code, Memory, Name, Sign, Snapshot, View
from agent.units import Price
from tests.unit.hedge.scene import (
    LIMITS,
    NOW,
    OTHER,
    PERP,
    checked,
    decided,
    denied,
    hedge,
    market,
    memory,
    snapshot,
    stamp,
    view,
)

USDC = Name("USDC")
GUARDED = replace(hedge(), signs=(USDC,))


def sign(*, wrong: bool) -> Sign:
    return Sign(name=USDC, stamp=stamp(), code=Code.DEPEG, wrong=wrong, found="0.88", limit="at least 0.99")


def refused(seen: Snapshot, known: Memory) -> list[Code]:
    return denied(checked(decided(seen, known, GUARDED).legs, seen, known, GUARDED))


def test_sign__wrong_or_unreadable__holds_an_increase() -> None:
    seen = snapshot(view())
    assert refused(replace(seen, signs=(sign(wrong=True),)), memory("0")) == [Code.DEPEG]
    assert refused(seen, memory("0")) == [Code.SIGN_UNREADABLE]
    assert refused(replace(seen, signs=(sign(wrong=False),)), memory("0")) == []


def test_sign__wrong__lets_a_reduction_and_a_flatten_go() -> None:
    seen = replace(snapshot(view("-20")), signs=(sign(wrong=True),))
    assert decided(seen, memory("-20"), GUARDED).legs
    assert refused(seen, memory("-20")) == []
    out = make_flatten(LIMITS)(seen, memory("-20"))
    assert out.legs
    assert denied(checked(out.legs, seen, memory("-20"), GUARDED)) == []


def elsewhere(index: str) -> View:
    seen = view(venue=OTHER, at=replace(market(), index=Price(index)))
    return replace(seen, stamp=stamp(NOW, Name("their chain")))


def test_second_venue__without_another_outside_price__is_the_outside_price() -> None:
    alone, agree, apart = (
        snapshot(*views, price=None)
        for views in ((view(),), (view(), elsewhere("2001")), (view(), elsewhere("1900")))
    )
    legs = decided(alone, memory("0")).legs
    assert denied(checked(legs, alone, memory("0"))) == [Code.ORACLE_STALE]
    assert denied(checked(legs, agree, memory("0"))) == []
    assert denied(checked(legs, apart, memory("0"))) == [Code.ORACLE_DEVIATION]


def test_second_venue__of_the_same_source__proves_nothing() -> None:
    both = snapshot(view(), view(venue=OTHER), price=None)
    legs = decided(snapshot(view()), memory("0")).legs
    assert denied(checked(legs, both, memory("0"))) == [Code.ORACLE_STALE]
    assert legs[0].venue == PERP


def test_second_venue__apart_while_an_outside_price_agrees_with_this_one__holds_nothing() -> None:
    seen = snapshot(view(), elsewhere("1900"))
    assert denied(checked(decided(snapshot(view()), memory("0")).legs, seen, memory("0"))) == []
