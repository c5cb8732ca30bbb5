"""Hyperliquid: one order, stop or cancel of the plan's, the leverage before an increase, a position's margin.

Nothing else that an agent could sign: no transfer, no other account, no batch, no resting order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.firewall.dialect import Judgement, warrants_of
from agent.firewall.evm import refused
from agent.firewall.hyperliquid_body import ALLOWED, Body, Cancels, Leverage, Margin, Orders, Said, Unknown, read
from agent.firewall.hyperliquid_margin import judge_margin
from agent.firewall.hyperliquid_pins import Pins
from agent.firewall.hyperliquid_plan import judge_cancel, judge_leverage, judge_stop, judge_trade
from agent.firewall.rules import Breach, Rule, breach
from agent.message_slot import cloid_of
from agent.model import Message, Name, Payload, Rules, Warrant, value


@value
class Hyperliquid(Pins):
    """The dialect with its pins."""

    def judge(self, payload: Payload, rules: Rules, venue: Name) -> Judgement:
        if not isinstance(payload, Message):
            return refused(breach(Rule.DIALECT, "an EVM transaction", "a message"))
        around = tuple(self._around(payload))
        try:
            body = read(payload.body)
        except ValueError as error:
            return refused(*around, breach(Rule.NOT_CANONICAL, error, "compact JSON of the documented keys"))
        judged = self._judge(body.action, payload, rules, warrants_of(venue, rules))
        return replace(judged, breaches=(*around, *self._envelope(body, payload), *judged.breaches))

    def _around(self, payload: Message) -> Iterator[Breach]:
        url = f"{self.endpoint}/exchange"
        if payload.lane != self.lane:
            yield breach(Rule.LANE, payload.lane, self.lane)
        if payload.url != url:
            yield breach(Rule.ENDPOINT, payload.url, url)

    def _envelope(self, body: Body, payload: Message) -> Iterator[Breach]:
        vault = self.vault.lower() if self.vault else None
        if body.nonce != payload.nonce:
            yield breach(Rule.NONCE, body.nonce, payload.nonce)
        if body.expires_after != payload.expires_ms:
            yield breach(Rule.DEADLINE, body.expires_after, payload.expires_ms)
        if body.vault != vault:
            yield breach(Rule.RECEIVER, body.vault, vault)

    def _judge(self, said: Said, payload: Message, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
        match said:
            case Orders():
                return self._order(said, payload, rules, warrants)
            case Cancels():
                return judge_cancel(said, self, warrants)
            case Leverage():
                return judge_leverage(said, self, warrants)
            case Margin():
                return judge_margin(said, self, warrants)
            case Unknown():
                return refused(breach(Rule.METHOD, said.type, ", ".join(ALLOWED)))

    def _order(self, said: Orders, payload: Message, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
        """One in a message: its slot is one intent with one outcome."""
        if len(said.orders) != 1:
            return refused(breach(Rule.SEQUENCE, f"{len(said.orders)} orders", "one"))
        (order,) = said.orders
        if order.trigger:
            judged = judge_stop(order, order.trigger, self, warrants)
        else:
            judged = judge_trade(order, self, rules, warrants)
        return replace(judged, breaches=(*_form(said, payload), *judged.breaches))


def _form(said: Orders, payload: Message) -> Iterator[Breach]:
    (order,), client_id = said.orders, cloid_of(payload.lane, payload.nonce)
    if said.grouping != "na":
        yield breach(Rule.ORDER_FORM, said.grouping, "na")
    if said.builder is not None:
        yield breach(Rule.UI_FEE, said.builder, "no builder")
    if order.client_id != client_id:
        yield breach(Rule.CLIENT_ID, order.client_id, client_id)
