"""What a GMX v2 dialect is given, and what every order must look like whatever the plan says.

The exchange itself checks of an operator's order only who receives: all other fields are bounded here.
"""

from collections.abc import Iterator, Mapping, Sequence

from agent.firewall.abi import Call
from agent.firewall.evm import same
from agent.firewall.gmx_v2_order import NOBODY, USD, Kind, Order
from agent.firewall.rules import Breach, Rule, breach
from agent.model import Address, EvmTx, Lane, Name, Rules, value
from agent.units import Price


@value
class Pins:
    """Addresses are checksummed."""

    lane: Lane
    account: Address
    delegated: bool
    """Whether an operator trades for the account; else the caller is the account."""
    routers: tuple[Address, ...]
    spender: Address
    order_vault: Address
    market_token: Address
    ours: Name
    """The market that increases go to: shorts on the collateral."""
    positions: Mapping[Name, tuple[Address, bool]]
    """By name, the collateral and whether it is a long: what may be reduced."""
    collateral: Address
    collateral_decimals: int
    index_decimals: int
    max_execution_gas: int
    max_gas: int = 6_000_000
    """Of the creating transaction: 0.94 million measured; an L2 adds its posting cost."""

    @property
    def tokens(self) -> tuple[Address, ...]:
        """Those that back the market, in which funding is paid."""
        return tuple(dict.fromkeys(token for token, _ in self.positions.values()))

    def wire(self, price: Price, rounding: str) -> int:
        """As the contracts count: dollars for the smallest unit of the index token."""
        return int(price.raw.scaleb(USD - self.index_decimals).to_integral_value(rounding))

    def price(self, wire: int) -> Price:
        return Price.from_int(wire, USD - self.index_decimals)

    def named(self, order: Order) -> Name | None:
        """The position that an order is about."""
        side = order.initial_token, order.is_long
        return next((name for name, (token, long) in self.positions.items() if side == (token.lower(), long)), None)


FETCHED = ("sendWnt", "createOrder")
SENT = ("sendWnt", "sendTokens", "createOrder")
"""The steps of an order, whose fee comes first: only the account's own hand sends collateral itself."""


def judge_steps(methods: Sequence[str], order: Order, pins: Pins) -> Iterator[Breach]:
    """Tokens that lie in the vault beyond what the order takes are anybody's."""
    sends = order.kind is Kind.INCREASE and order.collateral_delta and not pins.delegated
    wanted = SENT if sends else FETCHED
    if methods != wanted:
        yield breach(Rule.SEQUENCE, ", ".join(methods), ", ".join(wanted))


def judge_fee(step: Call, order: Order, tx: EvmTx, rules: Rules, pins: Pins) -> Iterator[Breach]:
    """A keeper's pay: what the transaction carries, all of it and nothing else, within the ceiling."""
    receiver, amount = step.args
    most = pins.max_execution_gas * rules.ceilings.get(tx.lane, 0)
    if not same(receiver, pins.order_vault):
        yield breach(Rule.RECEIVER, receiver, pins.order_vault)
    if tx.value != amount:
        yield breach(Rule.VALUE, f"{tx.value} wei", f"the {amount} wei that are sent on")
    if not amount == order.execution_fee <= most:
        yield breach(Rule.EXECUTION_FEE, f"{order.execution_fee} wei", f"the {amount} sent, at most {most}")


def judge_sent(step: Call, order: Order, pins: Pins) -> Iterator[Breach]:
    token, receiver, amount = step.args
    if not same(token, pins.collateral):
        yield breach(Rule.TOKEN, token, pins.collateral)
    if not same(receiver, pins.order_vault):
        yield breach(Rule.RECEIVER, receiver, pins.order_vault)
    if amount != order.collateral_delta:
        yield breach(Rule.AMOUNT, amount, order.collateral_delta)


def judge_form(order: Order, pins: Pins) -> Iterator[Breach]:
    for receiver in (order.account or pins.account, order.receiver, order.cancellation_receiver):
        if not same(receiver, pins.account):
            yield breach(Rule.RECEIVER, receiver, pins.account)
    if not same(order.market, pins.market_token):
        yield breach(Rule.MARKET, order.market, pins.market_token)
    if order.callback_contract != NOBODY or order.callback_gas:
        yield breach(Rule.CALLBACK, f"{order.callback_contract} with {order.callback_gas} gas", NOBODY)
    if order.ui_fee_receiver != NOBODY:
        yield breach(Rule.UI_FEE, order.ui_fee_receiver, NOBODY)
    if order.swap_path or order.swap_type:
        yield breach(Rule.SWAP, ", ".join(order.swap_path) or order.swap_type, "none")
    if any(order.referral):
        yield breach(Rule.REFERRAL, f"0x{order.referral.hex()}", 0)
    if order.least_output or order.valid_from or order.unwraps or order.data:
        yield breach(Rule.ORDER_FORM, "a least output, a start, an unwrapping or data", "none")
    if order.kind is not Kind.STOP and (order.auto_cancel or order.trigger):
        yield breach(Rule.TRIGGER, f"{order.trigger}, auto-cancel {order.auto_cancel}", "only a stop has these")
