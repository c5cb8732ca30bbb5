"""Perp v2 (Curie): approve and post collateral, open, reduce and close a position; nothing else.

Signatures and meaning of the bounds: ClearingHouse.sol and Vault.sol of @perp/curie-contract 2.8.4.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from agent.firewall.abi import Call, Methods
from agent.firewall.dialect import Judgement, warrants_of
from agent.firewall.erc20 import ERC20, judge_approval
from agent.firewall.evm import Envelope, either, funds_of, judge_call, refused, same
from agent.firewall.orders import Order, Planned, counted, judge_order, planned_trade
from agent.firewall.rules import Breach, Rule, breach
from agent.model import Address, EvmTx, Fund, Lane, Name, Payload, Rules, Warrant, value
from agent.units import Base, Price, quote_bound

DECIMALS = 18
"""Of the virtual base and quote tokens, on every market."""

OPEN = "(address,bool,bool,uint256,uint256,uint256,uint160,bytes32)"
CLOSE = "(address,uint160,uint256,uint256,bytes32)"

VAULT = Methods(deposit=("address", "uint256"), depositFor=("address", "address", "uint256"))
CLEARING_HOUSE = Methods(openPosition=(OPEN,), openPositionFor=("address", OPEN), closePosition=(CLOSE,))

OpenParams = tuple[str, bool, bool, int, int, int, int, bytes]
CloseParams = tuple[str, int, int, int, bytes]


@value
class Swap:
    """What openPosition, openPositionFor and closePosition ask for."""

    trader: str
    base_token: str
    sells: bool
    exact_base: bool
    amount: int
    bound: int
    deadline: int
    price_limit: int
    referral: bytes


@value
class PerpV2:
    """The dialect with its pins, checksummed. A call for its own caller passes only where operator is account."""

    lane: Lane
    operator: Address
    account: Address
    clearing_house: Address
    vault: Address
    collateral: Address
    collateral_decimals: int
    base_tokens: Mapping[Name, Address]
    max_gas: int = 3_000_000
    """The dearest call measured needs 0.9 million; an L2 adds its posting cost."""

    def judge(self, payload: Payload, rules: Rules, venue: Name) -> Judgement:
        contracts = {self.collateral: ERC20, self.vault: VAULT, self.clearing_house: CLEARING_HOUSE}
        envelope = Envelope(lane=self.lane, max_gas=self.max_gas, contracts=contracts)
        warrants = warrants_of(venue, rules)
        return judge_call(payload, envelope, lambda call, tx: self._judge_call(call, tx, rules, warrants))

    def _judge_call(self, call: Call, tx: EvmTx, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
        match call.method, call.args:
            case "approve", (spender, amount):
                return refused(*judge_approval(spender, amount, self.vault, self._funds(warrants)))
            case "deposit", (token, amount):
                return self._judge_post(self.operator, token, amount, warrants)
            case "depositFor", (receiver, token, amount):
                return self._judge_post(receiver, token, amount, warrants)
            case "openPosition", (params,):
                return self._judge_swap(_opened(self.operator, params), tx, rules, warrants)
            case "openPositionFor", (trader, params):
                return self._judge_swap(_opened(trader, params), tx, rules, warrants)
            case "closePosition", (params,):
                return self._judge_swap(self._closed(params, warrants), tx, rules, warrants)
        return refused(breach(Rule.METHOD, call.method))

    def _funds(self, warrants: Sequence[Warrant]) -> dict[int, Fund]:
        """Collateral that the plan adds, by the token's own integer."""
        added = (fund for fund in funds_of(warrants) if fund.amount.sign() > 0)
        return {fund.amount.to_int(self.collateral_decimals): fund for fund in added}

    def _judge_post(self, receiver: str, token: str, amount: int, warrants: Sequence[Warrant]) -> Judgement:
        funds = self._funds(warrants)
        breaches = []
        if not same(receiver, self.account):
            breaches.append(breach(Rule.RECEIVER, receiver, self.account))
        if not same(token, self.collateral):
            breaches.append(breach(Rule.TOKEN, token, self.collateral))
        if amount not in funds:
            breaches.append(breach(Rule.AMOUNT, amount, either(funds, "no collateral in this plan")))
        return Judgement(does=(funds[amount],) if amount in funds else (), breaches=tuple(breaches))

    def _judge_swap(self, swap: Swap, tx: EvmTx, rules: Rules, warrants: Sequence[Warrant]) -> Judgement:
        form = tuple(self._form(swap, tx))
        market = self._market(swap.base_token)
        size = Base.from_int(-swap.amount if swap.sells else swap.amount, DECIMALS)
        planned = planned_trade(warrants, market, size) if market else None
        if market is None or planned is None:
            return refused(*form, breach(Rule.MARKET, market or swap.base_token, "a market of the plan"))
        if not swap.amount:
            return refused(*form, breach(Rule.SIZE, 0, abs(planned.trade.size)))
        order = Order(market=market, size=size, price=Price(Decimal(swap.bound) / swap.amount))
        return Judgement(
            does=(planned.trade,),
            notional=counted(order, planned),
            breaches=(*form, *_bound(swap, planned), *judge_order(order, planned, rules)),
        )

    def _market(self, base_token: str) -> Name | None:
        return next((name for name, pinned in self.base_tokens.items() if same(base_token, pinned)), None)

    def _closed(self, params: CloseParams, warrants: Sequence[Warrant]) -> Swap:
        """closePosition states no size: it is the whole position that the plan was made from."""
        base_token, price_limit, bound, deadline, referral = params
        market = self._market(base_token)
        held = next((w.positions[market] for w in warrants if market and market in w.positions), Base(0))
        return Swap(
            trader=self.operator,
            base_token=base_token,
            sells=held.sign() > 0,
            exact_base=True,
            amount=abs(held).to_int(DECIMALS),
            bound=bound,
            deadline=deadline,
            price_limit=price_limit,
            referral=referral,
        )

    def _form(self, swap: Swap, tx: EvmTx) -> Iterator[Breach]:
        """What every order of this exchange must look like, whatever the plan says."""
        if not same(swap.trader, self.account):
            yield breach(Rule.RECEIVER, swap.trader, self.account)
        if not swap.exact_base:
            yield breach(Rule.EXACT_BASE, "the quote token")
        if swap.deadline != tx.expires_ms // 1000:
            yield breach(Rule.DEADLINE, swap.deadline, tx.expires_ms // 1000)
        if swap.price_limit:
            yield breach(Rule.PRICE_LIMIT, swap.price_limit, 0)
        if any(swap.referral):
            yield breach(Rule.REFERRAL, f"0x{swap.referral.hex()}", 0)


def _opened(trader: str, params: OpenParams) -> Swap:
    """Exact input states the base of a sale, exact output that of a purchase."""
    base_token, sells, exact_input, amount, bound, deadline, price_limit, referral = params
    return Swap(
        trader=trader,
        base_token=base_token,
        sells=sells,
        exact_base=sells == exact_input,
        amount=amount,
        bound=bound,
        deadline=deadline,
        price_limit=price_limit,
        referral=referral,
    )


def _bound(swap: Swap, planned: Planned) -> Iterator[Breach]:
    """Exactly the plan's worst price: the least quote of a sale, the most of a purchase, fees included."""
    wanted = quote_bound(planned.trade.size, planned.trade.worst, DECIMALS)
    if swap.bound != wanted or not swap.bound:  # to the exchange, 0 is no bound
        yield breach(Rule.PRICE_BOUND, swap.bound, wanted or "above 0")
