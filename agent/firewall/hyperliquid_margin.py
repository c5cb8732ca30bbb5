"""Collateral between an account's free balance and a position's own margin: whose, and how much, is pinned.

Of what the plan puts in, the exchange itself draws what the increases beside it tie and lose; the rest is moved. Of
several positions the most endangered gets it, and no more than it lacks at its leverage.
"""

from collections.abc import Iterator, Sequence

from agent.firewall.dialect import Judgement
from agent.firewall.evm import either, funds_of, refused
from agent.firewall.hyperliquid_body import Margin
from agent.firewall.hyperliquid_pins import Pins, leverage_of
from agent.firewall.rules import Rule, breach
from agent.model import Fund, Market, Name, Position, Trade, Warrant, value
from agent.units import Base, Price, Ratio, Usd


@value
class Move:
    """What the plan means by its collateral: dollars for one market's position (> 0), or out of it."""

    fund: Fund
    market: Name
    dollars: Usd

    @property
    def millionths(self) -> int:
        return self.dollars.to_int(6)


def judge_margin(asked: Margin, pins: Pins, warrants: Sequence[Warrant]) -> Judgement:
    name, moves = pins.named(asked.asset), [move for warrant in warrants for move in _moves(warrant)]
    if not moves:
        return refused(breach(Rule.AMOUNT, asked.millionths, "no collateral in this plan"))
    there = [move for move in moves if move.market == name]
    if not there:
        meant = either((move.market for move in moves), "")
        return refused(breach(Rule.MARKET, name or f"asset {asked.asset}", meant))
    same = [move.fund for move in there if move.millionths == asked.millionths != 0]
    if not same:
        return refused(breach(Rule.AMOUNT, asked.millionths, either((move.millionths for move in there), "")))
    return Judgement(does=(same[0],))


def _moves(warrant: Warrant) -> Iterator[Move]:
    """What is taken back may come out of any position: the exchange holds back what each must keep."""
    isolated = [position for position in warrant.seen.values() if position.margin is not None]
    for fund in funds_of((warrant,)):
        if fund.amount < Usd(0):
            yield from (Move(fund=fund, market=position.market, dollars=fund.amount) for position in isolated)
        elif isolated:
            needy = min(isolated, key=lambda each: _backing(each, warrant).raw)
            dollars = _put_in(fund, needy, warrant, alone=len(isolated) == 1)
            yield Move(fund=fund, market=needy.market, dollars=dollars)


def _put_in(fund: Fund, needy: Position, warrant: Warrant, *, alone: bool) -> Usd:
    rest = fund.amount - sum((_drawn(trade, warrant) for trade in _increases(warrant)), Usd(0))
    return rest if alone else min(rest, _lacks(needy, warrant).up_to_cent())


def _increases(warrant: Warrant) -> list[Trade]:
    return [each for each in warrant.leg.actions if isinstance(each, Trade) and not each.reduce_only]


def _drawn(trade: Trade, warrant: Warrant) -> Usd:
    """The initial margin of what it adds, and what it loses at once at its worst price."""
    market, before = warrant.markets[trade.market], _size(trade.market, warrant)
    added = max(Base(0), abs(before + trade.size) - abs(before))
    lost = max(Usd(0), trade.size * trade.worst - trade.size * market.mark)
    return added * _tied(market) + lost


def _tied(market: Market) -> Price:
    """By each coin more, at the higher of the prices that the exchange may take for it."""
    return max(market.mark, market.index) * market.initial_margin


def _size(market: Name, warrant: Warrant) -> Base:
    return warrant.seen[market].size if market in warrant.seen else Base(0)


def _margin(position: Position) -> Usd:
    return position.margin or Usd(0)


def _worth(position: Position, warrant: Warrant) -> Usd:
    return abs(position.size) * warrant.markets[position.market].mark


def _backing(position: Position, warrant: Warrant) -> Ratio:
    return _margin(position) / _worth(position, warrant)


def _lacks(position: Position, warrant: Warrant) -> Usd:
    """Of the margin that its leverage asks for."""
    leverage = leverage_of(warrant.markets[position.market])
    return max(Usd(0), _worth(position, warrant) / Ratio(leverage) - _margin(position))
