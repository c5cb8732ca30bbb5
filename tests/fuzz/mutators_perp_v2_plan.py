"""How a plan goes wrong: the bytes say what it says, and only what bounds the plan itself is left to object."""

from dataclasses import replace
from random import Random

from agent.model import Kind, Rules, Trade, Warrant
from agent.units import Base, Ratio, Usd
from tests.unit.firewall.scene import ETH, Case, order_case


def replanned(case: Case, trade: Trade, warrant: Warrant | None = None) -> Case:
    """The warrant and the bytes agree: only what bounds the plan itself is left to object."""
    leg = replace(case.warrant.leg, actions=(trade,))
    return order_case(case.pins, trade, replace(warrant or case.warrant, leg=leg))


def trade_of(case: Case) -> Trade:
    assert case.trade is not None
    return case.trade


def bad_price(case: Case, rng: Random) -> Case:
    trade, away = trade_of(case), Ratio(rng.randint(40, 900)) * Ratio("0.001")
    factor = Ratio(1) - away if trade.size.sign() < 0 else Ratio(1) + away
    return replanned(case, replace(trade, worst=trade.worst * factor))


def blind(case: Case, rng: Random) -> Case:
    """An increase with no outside price to compare with."""
    blind = replace(case.warrant, outside=rng.choice(({}, {ETH: None})))
    return replanned(case, trade_of(case), blind)


def large(case: Case, rng: Random) -> Case:
    """Worth more than one order may be, less than the turnover left."""
    outside = case.warrant.outside[ETH]
    assert outside is not None
    size = (Usd(rng.randint(50_010, 199_000)) / outside).to_lot(Base("0.001"))
    return replanned(case, replace(trade_of(case), size=-size))


def exit_that_adds(case: Case, rng: Random) -> Case:
    leg = replace(case.warrant.leg, kind=rng.choice((Kind.FLATTEN, Kind.RESCUE)))
    return replace(case, rules=replace(case.rules, warrants=(replace(case.warrant, leg=leg),)))


def reduction_too_large(case: Case, rng: Random) -> Case:
    """More than there is: nothing, a smaller short, or a long."""
    trade = trade_of(case)
    short = -trade.size * (Ratio(rng.randint(0, 999)) * Ratio("0.001"))
    smaller = replace(case.warrant, positions=rng.choice(({}, {ETH: short}, {ETH: trade.size})))
    return replanned(case, trade, smaller)


def reductions_too_large_together(case: Case, rng: Random) -> Case:
    """Each fits the position, both of them would turn it round."""
    trade = trade_of(case)
    other = replace(trade, size=trade.size * (Ratio(rng.randint(1, 1000)) * Ratio("0.001")))
    leg = replace(case.warrant.leg, actions=(trade, other))
    warrant = replace(case.warrant, leg=leg, positions={ETH: -trade.size})
    return replace(case, rules=replace(case.rules, warrants=(warrant,)))


def turnover_used(case: Case, rng: Random) -> Rules:
    trade = trade_of(case)
    left = abs(trade.size) * trade.worst * (Ratio(rng.randint(0, 999)) * Ratio("0.001"))
    return replace(case.rules, turnover_left=left)
