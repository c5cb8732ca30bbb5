"""GMX v2: create an order of the plan's, change or cancel one, claim funding, approve collateral; nothing else.

One transaction creates one order: its fee, its collateral and itself, in one multicall of a pinned router.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from agent.firewall.abi import Call
from agent.firewall.dialect import Judgement, warrants_of
from agent.firewall.erc20 import ERC20, judge_approval
from agent.firewall.evm import Envelope, actions_of, either, judge_call, refused, same
from agent.firewall.gmx_v2_order import OPERATOR, OPERATOR_STEPS, OWNER, OWNER_STEPS, Stop, order_of
from agent.firewall.gmx_v2_pins import FETCHED, SENT, Pins, judge_fee, judge_form, judge_sent, judge_steps
from agent.firewall.gmx_v2_plan import judge_by_plan, judge_stop, posted
from agent.firewall.rules import Breach, Rule, breach
from agent.model import Action, Cancel, Claim, EvmTx, Name, Payload, Rules, Warrant, value


@value
class GmxV2(Pins):
    """The dialect with its pins. An operator approves nothing and claims nothing: only the account can."""

    def judge(self, payload: Payload, rules: Rules, venue: Name) -> Judgement:
        if self.delegated:
            contracts = dict.fromkeys(self.routers, OPERATOR)
        else:
            contracts = {self.collateral: ERC20, **dict.fromkeys(self.routers, OWNER)}
        envelope = Envelope(lane=self.lane, max_gas=self.max_gas, contracts=contracts, payable=("multicall",))
        warrants = warrants_of(venue, rules)
        return judge_call(payload, envelope, lambda call, tx: self._judge_call(call, tx, rules, warrants))

    def _judge_call(self, call: Call, tx: EvmTx, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
        match call.method, call.args:
            case "approve", (spender, amount):
                return refused(*judge_approval(spender, amount, self.spender, posted(warrants, self)))
            case "cancelOrder", (key,):
                return _planned(Cancel(order_id=_hex(key)), warrants, Rule.ORDER_KEY)
            case "updateOrder", args:
                return self._update(args, warrants)
            case "claimFundingFees", args:
                judged = _planned(Claim(market=self.ours), warrants, Rule.MARKET)
                return replace(judged, breaches=(*self._claim(*args), *judged.breaches))
            case "multicall", (steps,):
                return self._create(steps, tx, rules, warrants)
        return refused(breach(Rule.METHOD, call.method))

    def _create(self, steps: Sequence[bytes], tx: EvmTx, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
        known, calls = OPERATOR_STEPS if self.delegated else OWNER_STEPS, list[Call]()
        for step in steps:
            call = known.read(step)
            if isinstance(call, Breach):
                return refused(call)
            calls.append(call)
        methods = tuple(call.method for call in calls)
        if methods not in (FETCHED, SENT):
            return refused(breach(Rule.SEQUENCE, ", ".join(methods), ", ".join(FETCHED)))
        return self._order(calls, tx, rules, warrants)

    def _order(self, calls: Sequence[Call], tx: EvmTx, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
        fee, *sent, created = calls
        order = order_of(created.args)
        judged = judge_by_plan(order, self, rules, warrants)
        wrong = (
            *judge_steps(tuple(call.method for call in calls), order, self),
            *judge_fee(fee, order, tx, rules, self),
            *(found for step in sent for found in judge_sent(step, order, self)),
            *judge_form(order, self),
        )
        return replace(judged, breaches=(*wrong, *judged.breaches))

    def _update(self, args: tuple[Any, ...], warrants: Sequence[Warrant]) -> Judgement:
        """Of a stop that rests there for the position that the plan protects."""
        key, size, acceptable, trigger, least_output, valid_from, auto_cancel = args
        resting = {order_id: name for warrant in warrants for order_id, name in warrant.stops.items()}
        if _hex(key) not in resting:
            return refused(breach(Rule.ORDER_KEY, _hex(key), either(resting, "no stop of ours is there")))
        stop = Stop(size_usd=size, acceptable=acceptable, trigger=trigger, auto_cancel=auto_cancel)
        judged = judge_stop(stop, resting[_hex(key)], self, warrants)
        extra = (breach(Rule.ORDER_FORM, "a least output or a start", "none"),) if least_output or valid_from else ()
        return replace(judged, breaches=(*extra, *judged.breaches))

    def _claim(self, markets: Sequence[str], tokens: Sequence[str], receiver: str) -> Iterator[Breach]:
        """All funding of our market, in each of its tokens once."""
        pinned = [token.lower() for token in self.tokens]
        if [market.lower() for market in markets] != [self.market_token.lower()] * len(pinned):
            yield breach(Rule.MARKET, ", ".join(markets), self.market_token)
        if sorted(tokens) != sorted(pinned):
            yield breach(Rule.TOKEN, ", ".join(tokens), ", ".join(pinned))
        if not same(receiver, self.account):
            yield breach(Rule.RECEIVER, receiver, self.account)


def _planned(action: Action, warrants: Sequence[Warrant], rule: Rule) -> Judgement:
    if action in actions_of(warrants):
        return Judgement(does=(action,))
    return refused(breach(rule, action, "an action of the plan"))


def _hex(key: bytes) -> str:
    return f"0x{key.hex()}"
