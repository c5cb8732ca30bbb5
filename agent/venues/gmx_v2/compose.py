"""A leg as transactions: each creates, changes or cancels one order, with everything it needs in one multicall."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from agent.model import (
    Action,
    Address,
    Cancel,
    Cannot,
    Claim,
    Code,
    Draft,
    EvmTx,
    Fund,
    Kind,
    Leg,
    Movement,
    OwnerCall,
    Protect,
    Reason,
    Terms,
    Trade,
    View,
    value,
)
from agent.units import Base, Usd
from agent.venues.gmx_v2 import owner
from agent.venues.gmx_v2.execution import APPROVE_GAS, CREATE_GAS
from agent.venues.gmx_v2.forms import Forms
from agent.venues.gmx_v2.methods import Erc20, Router
from agent.venues.gmx_v2.observe import Own
from agent.venues.gmx_v2.orders import create_order, multicall
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import INCREASES, CreateOrderParams

_ORDER_ID = re.compile("0x[0-9a-f]{64}")


@value
class Call:
    to: Address
    data: bytes
    gas: int
    value: int = 0
    movements: tuple[Movement, ...] = ()


def compose(setup: Setup, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
    desk = Desk(setup=setup, view=view, ceiling=terms.ceiling, leg=leg)
    for action in leg.actions:
        if cannot := desk.cannot(action):
            return cannot
    calls = tuple(call for action in leg.actions for call in desk.calls(action))
    return Draft(
        leg=leg,
        payloads=tuple(_payload(call, n, terms) for n, call in enumerate(calls)),
        movements=tuple(movement for call in calls for movement in call.movements),
    )


def closes(setup: Setup, view: View, trades: tuple[Trade, ...], ceiling: int) -> tuple[OwnerCall, ...]:
    """Each position that a trade names, by the account's own hand: one order each, at no worse than the bound; before
    them, every open order that the exchange lets be cancelled by now.

    `ceiling` is what the account's transaction may bid for gas, in wei: the execution fee must cover it.
    """
    forms = Forms(setup=setup, view=view, ceiling=ceiling)
    over = (order for order in view.orders if order.cancels_from_ms <= view.stamp.time_ms)
    cancels = (owner.cancel(setup, forms.own.owner_router, order.id) for order in over)
    return (*cancels, *_by_owner(forms, trades))


def permission(setup: Setup, view: View) -> tuple[OwnerCall, ...]:
    """What lets the operator trade from now on, beside what it has used up before."""
    done, now_s = Forms(setup=setup, view=view, ceiling=0).own.actions_done, view.stamp.time_ms // 1000
    return owner.delegate(setup, done + owner.ACTIONS, now_s + owner.DAYS * 86_400)


def _by_owner(forms: Forms, trades: Iterable[Trade]) -> Iterator[OwnerCall]:
    for trade in trades:
        why = f"reduces the position {trade.market} by {abs(trade.size)}"
        yield owner.order(forms.setup, forms.own.owner_router, forms.decrease(trade), why)


@value
class Desk:
    """One leg with everything that was seen for it."""

    setup: Setup
    view: View
    ceiling: int
    leg: Leg

    @property
    def forms(self) -> Forms:
        return Forms(setup=self.setup, view=self.view, ceiling=self.ceiling)

    @property
    def own(self) -> Own:
        return self.forms.own

    def cannot(self, action: Action) -> Cannot | None:
        if self.own.carriage is None:
            return self._cannot(Code.HALTED, "no configured router holds its roles any more", *self._owner_closes())
        if self.own.denied:
            return self._cannot(Code.NOT_DELEGATED, self.own.denied, *self._permission(), *self._owner_closes())
        match action:
            case Claim() if self.setup.delegated:
                call = owner.claim(self.setup, self.own.owner_router)
                return self._cannot(Code.OWNER, "only the account itself can claim funding", call)
            case Cancel(order_id=order_id) if not _ORDER_ID.fullmatch(order_id):
                return self._cannot(Code.UNSUPPORTED, f"{order_id} is no order of this exchange")
            case Protect(market=market) if market != self.setup.market.name:
                return self._cannot(Code.UNSUPPORTED, f"a stop for {market}: only our own short gets one")
            case Protect() | Fund() if not (self._held() or self._increases()):
                return self._cannot(Code.WRONG_WAY, f"there is no position {self.setup.market.name}")
            case Trade(reduce_only=True):
                return self._cannot_reduce(action)
            case Trade() if len(self._increases()) > 1:
                return self._cannot(Code.UNSUPPORTED, "two increases in one leg: whose is the collateral?")
            case Trade(market=market, size=size) if market != self.setup.market.name or size.sign() > 0:
                return self._cannot(Code.UNSUPPORTED, f"{size} {market}: only shorts are added")
        return None

    def _cannot(self, code: Code, said: str, *calls: OwnerCall) -> Cannot:
        return Cannot(leg=self.leg, reason=Reason(code=code, subject=self.setup.name, value=said), calls=calls)

    def _cannot_reduce(self, trade: Trade) -> Cannot | None:
        held = self.forms.held(trade.market)
        size = self.setup.coins(held.size_in_tokens) if held else Base(0)
        if held and held.is_long == (trade.size.sign() < 0) and abs(trade.size) <= size:
            return None
        said, limit = f"reduce by {trade.size}", f"{size} there"
        return Cannot(leg=self.leg, reason=Reason(code=Code.WRONG_WAY, subject=trade.market, value=said, limit=limit))

    def _permission(self) -> tuple[OwnerCall, ...]:
        """From now on, beside what the operator has used up before. Whoever flattens wants out, and may have taken it
        back on purpose."""
        return () if self.leg.kind is Kind.FLATTEN else permission(self.setup, self.view)

    def _owner_closes(self) -> tuple[OwnerCall, ...]:
        """What a leg that only reduces would have done, for the account itself to sign."""
        trades = (action for action in self.leg.actions if isinstance(action, Trade) and action.reduce_only)
        return tuple(_by_owner(self.forms, (trade for trade in trades if not self._cannot_reduce(trade))))

    def calls(self, action: Action) -> Iterator[Call]:
        forms = self.forms
        match action:
            case Fund(amount=amount) if amount.sign() > 0:
                if not self._increases():
                    yield from self._posted(forms.top_up(), amount)
            case Fund(amount=amount):
                yield self._created(forms.withdrawal(-amount), ())
            case Trade(reduce_only=False):
                yield from self._posted(forms.increase(action), self._funds())
            case Trade():
                yield self._created(forms.decrease(action), ())
            case Protect():
                yield self._protected(action)
            case Cancel(order_id=order_id):
                yield self._cancelled(_key(order_id))
            case Claim():
                yield Call(to=self._router(), data=owner.claim_data(self.setup), gas=CREATE_GAS)

    def _held(self) -> bool:
        return self.forms.held(self.setup.market.name) is not None

    def _increases(self) -> list[Trade]:
        """Collateral goes along with the trade that adds: a position cannot be topped up before it is there."""
        return [action for action in self.leg.actions if isinstance(action, Trade) and not action.reduce_only]

    def _funds(self) -> Usd:
        funds = (action.amount for action in self.leg.actions if isinstance(action, Fund))
        return sum((amount for amount in funds if amount.sign() > 0), Usd(0))

    def _protected(self, stop: Protect) -> Call:
        """The stop order that rests there already is changed, unless this leg takes it back."""
        order, gone = self.forms.stop(stop), {each.order_id for each in self.leg.actions if isinstance(each, Cancel)}
        there = (each for each in self.view.orders if each.market == stop.market and each.role == "protective")
        ours = (each.id for each in there if each.id not in gone)
        resting = next(ours, None)
        if resting is None:
            return self._created(order, ())
        figures = (order.size_delta_usd, order.acceptable_price, order.trigger_price, 0, 0, order.auto_cancel)
        return Call(to=self._router(), data=Router.UPDATE_ORDER.data(_key(resting), *figures), gas=CREATE_GAS)

    def _posted(self, order: CreateOrderParams, amount: Usd) -> Iterator[Call]:
        """With collateral from the account: the router takes it, by what the account has approved to it.

        The account's own hand approves exactly, each time: other legs may have used up what was seen.
        """
        units = amount.to_int(self.setup.market.short.decimals)
        spender, allowance = self.setup.contracts.router, self.own.allowance
        if units and not self.setup.delegated:
            data = Erc20.APPROVE.data(spender, units)
            approved = self._moved("Approval", spender, units)
            yield Call(to=self.setup.collateral, data=data, gas=APPROVE_GAS, movements=(approved,))
            allowance = units
        moved = self._moved("Transfer", self.setup.contracts.order_vault, units)
        left = self._moved("Approval", spender, allowance - units)  # some coins report what is left of an allowance
        # For an operator the router fetches the collateral, and reports that also where it is 0.
        named = (moved, left) if units or self.setup.delegated else ()
        yield self._created(replace(order, initial_collateral_delta_amount=units), named)

    def _moved(self, kind: str, target: Address, units: int) -> Movement:
        token, source = self.setup.collateral, self.setup.account
        return Movement(kind=kind, token=token, source=source, target=target, amount=units)

    def _created(self, order: CreateOrderParams, movements: tuple[Movement, ...]) -> Call:
        vault, delegated = self.setup.contracts.order_vault, self.setup.delegated
        sent = [Router.SEND_WNT.data(vault, order.execution_fee)]
        if movements and not delegated:
            sent.append(Router.SEND_TOKENS.data(self.setup.collateral, vault, order.initial_collateral_delta_amount))
        created = create_order(order, self.setup.account if delegated else None)
        return Call(
            to=self._router(),
            data=multicall(*sent, created),
            gas=CREATE_GAS,
            value=order.execution_fee,
            movements=movements,
        )

    def _cancelled(self, key: bytes) -> Call:
        """What waits with an order as collateral comes back."""
        order = dict(self.own.orders).get(key)
        waits = order.initial_collateral_delta_amount if order and order.order_type in INCREASES else 0
        back = (self._back(order.initial_collateral_token, waits),) if order and waits else ()
        return Call(to=self._router(), data=Router.CANCEL_ORDER.data(key), gas=CREATE_GAS, movements=back)

    def _back(self, token: Address, units: int) -> Movement:
        source, target = self.setup.contracts.order_vault, self.setup.account
        return Movement(kind="Transfer", token=token, source=source, target=target, amount=units)

    def _router(self) -> Address:
        if self.own.carriage is None:
            raise TypeError(f"{self.setup.name}: no router to carry an order")
        return self.own.carriage.router


def _key(order_id: str) -> bytes:
    return bytes.fromhex(order_id.removeprefix("0x"))


def _payload(call: Call, n: int, terms: Terms) -> EvmTx:
    return EvmTx(
        lane=terms.lane,
        nonce=terms.nonce + n,
        expires_ms=terms.expires_ms,
        to=call.to,
        data=call.data,
        value=call.value,
        gas=call.gas,
        max_fee=terms.max_fee,
        tip=terms.tip,
    )
