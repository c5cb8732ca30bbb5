"""The firewall: one dialect per venue reads the payload; what holds on every venue is judged here. Pure.

A new kind of venue is one file beside this one with a class that has `judge`. A dialect for messages parses the
body that would be posted; a signer derives from that same body what is hashed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from agent.firewall.orders import EXITS
from agent.firewall.rules import Breach, Rule, breach
from agent.firewall.slot import another_attempt, first_attempt
from agent.model import Action, Address, Intent, Name, Payload, Rules, Warrant, value
from agent.units import Usd


@value
class Judgement:
    """What a payload does, in the plan's words, and every rule that it breaks."""

    does: tuple[Action, ...] = ()
    """Nothing for what only prepares an action (an approval), and for what could not be read."""
    notional: Usd = Usd(0)
    """What counts against the turnover; 0 for what reduces a position."""
    breaches: tuple[Breach, ...] = ()


class Dialect(Protocol):
    """Decodes the exact bytes apart from the code that wrote them, and judges them by the warrants of its venue."""

    def judge(self, payload: Payload, rules: Rules, venue: Name) -> Judgement: ...


class Firewall:
    """Answers with every rule that a payload breaks; none means that it may be signed."""

    def __init__(self, dialects: Mapping[Name, Dialect]) -> None:
        self._dialects = dialects

    def first(
        self, venue: Name, payload: Payload, rules: Rules, signed: Sequence[tuple[Name, Payload]] = ()
    ) -> tuple[Breach, ...]:
        """`signed` is what this round has signed before: an action counts once, the turnover adds up."""
        if venue not in self._dialects:
            return (breach(Rule.DIALECT, venue, ", ".join(self._dialects)),)
        judgement = self._judge(venue, payload, rules)
        before = [(of, self._judge(of, earlier, rules)) for of, earlier in signed]
        return (
            *first_attempt(payload, rules),
            *_in_time(payload, rules, venue),
            *_unrehearsed(rules, venue),
            *judgement.breaches,
            *_once(venue, judgement, before, rules),
            *_turnover(judgement, before, rules),
        )

    def again(self, intent: Intent, payload: Payload, me: Address) -> tuple[Breach, ...]:
        """Another attempt on the slot; `me` is the address of the lane's key."""
        return tuple(another_attempt(intent, payload, me))

    def _judge(self, venue: Name, payload: Payload, rules: Rules) -> Judgement:
        return self._dialects[venue].judge(payload, rules, venue)


def warrants_of(venue: Name, rules: Rules) -> tuple[Warrant, ...]:
    return tuple(warrant for warrant in rules.warrants if warrant.leg.venue == venue)


def _in_time(payload: Payload, rules: Rules, venue: Name) -> Iterator[Breach]:
    warrants = warrants_of(venue, rules)
    if not warrants:
        yield breach(Rule.NOT_PLANNED, venue)
        return
    limit = min(warrant.expires_ms for warrant in warrants)
    if payload.expires_ms > limit:
        yield breach(Rule.EXPIRES_LATE, payload.expires_ms, limit)


def _unrehearsed(rules: Rules, venue: Name) -> Iterator[Breach]:
    others = [warrant.leg.kind for warrant in warrants_of(venue, rules) if warrant.leg.kind not in EXITS]
    if rules.rehearsed is None and others:
        yield breach(Rule.NOT_REHEARSED, others[0], "without a rehearsal, an exit")


def _once(
    venue: Name, judgement: Judgement, before: Sequence[tuple[Name, Judgement]], rules: Rules
) -> Iterator[Breach]:
    for action in judgement.does:
        planned = sum(warrant.leg.actions.count(action) for warrant in warrants_of(venue, rules))
        done = sum(earlier.does.count(action) for of, earlier in before if of == venue)
        if done >= planned:
            yield breach(Rule.TWICE, action, f"{planned} in this round")


def _turnover(judgement: Judgement, before: Sequence[tuple[Name, Judgement]], rules: Rules) -> Iterator[Breach]:
    total = sum((earlier.notional for _, earlier in before), judgement.notional)
    if judgement.notional and total > rules.turnover_left:
        yield breach(Rule.TURNOVER, total, rules.turnover_left)
