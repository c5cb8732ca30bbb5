"""A leg as transactions: approve and post collateral, then trade.

A trade is exact in coins either way: a sale states the coins that go in and the least dollars that must come out, a
purchase the coins that come out and the most dollars that may go in. Both bounds include the exchange's fee.

This exchange knows no reduce-only: the same purchase mined twice would turn the position round. That cannot happen
because a purchase exists as the bytes of one slot only, and it dies with its deadline when it is mined late.
"""

from collections.abc import Iterator

from agent.model import (
    Action,
    Address,
    Cannot,
    Code,
    Draft,
    EvmTx,
    Fund,
    Kind,
    Leg,
    Movement,
    Reason,
    Terms,
    Trade,
    View,
    value,
)
from agent.units import Usd, quote_bound
from agent.venues.perp_v2 import gas, owner
from agent.venues.perp_v2.methods import NO_REFERRAL, WAD, ClearingHouse, Erc20, Vault
from agent.venues.perp_v2.setup import Setup


@value
class Call:
    to: Address
    data: bytes
    gas: int
    movements: tuple[Movement, ...] = ()


def compose(setup: Setup, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
    calls: list[Call] = []
    for action in leg.actions:
        if cannot := _cannot(setup, leg, action, view):
            return cannot
        calls += _calls(setup, action, terms)
    return Draft(
        leg=leg,
        payloads=tuple(_payload(call, n, terms) for n, call in enumerate(calls)),
        movements=tuple(movement for call in calls for movement in call.movements),
    )


def _cannot(setup: Setup, leg: Leg, action: Action, view: View) -> Cannot | None:
    if isinstance(action, Trade):
        refused = _refused(action, view)
        return Cannot(leg=leg, reason=refused) if refused else _undelegated(setup, leg, view)
    if not isinstance(action, Fund):
        unknown = Reason(code=Code.UNSUPPORTED, subject=setup.name, value=type(action).__name__)
        return Cannot(leg=leg, reason=unknown)
    if action.amount < Usd(0):
        call = owner.withdraw(setup, -action.amount)
        return Cannot(leg=leg, reason=Reason(code=Code.OWNER, subject=setup.name, value=call.why), calls=(call,))
    return None


def _refused(trade: Trade, view: View) -> Reason | None:
    """What the exchange itself would let through: a reduction that adds, and a trade without a bound."""
    position = view.size(trade.market)
    adds = trade.size.sign() != -position.sign() or abs(trade.size) > abs(position)
    if trade.reduce_only and adds:
        said, limit = f"reduce by {trade.size}", f"position {position}"
        return Reason(code=Code.WRONG_WAY, subject=trade.market, value=said, limit=limit)
    if quote_bound(trade.size, trade.worst, WAD) <= 0:
        said = f"{trade.size} at {trade.worst}: to this exchange, a bound of 0 is no bound"
        return Reason(code=Code.UNSUPPORTED, subject=trade.market, value=said)
    return None


def _undelegated(setup: Setup, leg: Leg, view: View) -> Cannot | None:
    """Without the account's permission a trade only reverts (CH_SHNAOPT): the owner may give it, or close alone.

    Whoever flattens wants out, and may have taken it back on purpose.
    """
    if view.may_trade or not setup.delegated:
        return None
    reductions = [act for act in leg.actions if isinstance(act, Trade) and act.reduce_only]
    worst = {str(trade.market): trade.worst for trade in reductions}
    closes = owner.close(setup, view, worst, view.stamp.time_ms + owner.TTL_MS)
    said = f"{setup.account} must approve {setup.operator} at {setup.contracts.delegate_approval}"
    reason = Reason(code=Code.NOT_DELEGATED, subject=setup.name, value=said)
    permission = () if leg.kind is Kind.FLATTEN else (owner.delegate(setup),)
    return Cannot(leg=leg, reason=reason, calls=(*permission, *closes))


def _calls(setup: Setup, action: Action, terms: Terms) -> Iterator[Call]:
    if isinstance(action, Fund):
        yield from _post(setup, action.amount.to_int(setup.settings.collateral_decimals))
    if isinstance(action, Trade):
        yield _trade(setup, action, terms)


def _post(setup: Setup, amount: int) -> Iterator[Call]:
    """The approval is exact and the deposit uses it up; what a failed deposit left over is overwritten."""
    token, vault, account = setup.settings.collateral, setup.contracts.vault, setup.account
    approved, moved = (
        Movement(kind=kind, token=token, source=setup.operator, target=vault, amount=amount)
        for kind in ("Approval", "Transfer")
    )
    yield Call(to=token, data=Erc20.APPROVE.data(vault, amount), gas=gas.APPROVE, movements=(approved,))
    for_account, for_self = Vault.DEPOSIT_FOR.data(account, token, amount), Vault.DEPOSIT.data(token, amount)
    yield Call(to=vault, data=for_account if setup.delegated else for_self, gas=gas.DEPOSIT, movements=(moved,))


def _trade(setup: Setup, trade: Trade, terms: Terms) -> Call:
    """Moves no coin of ours: collateral and virtual coins stay inside the exchange."""
    sells = trade.size.sign() < 0
    order = (
        setup.settings.markets[trade.market].base_token,
        sells,  # base to quote
        sells,  # exact input: the coins sold; else exact output: the coins bought
        abs(trade.size).to_int(WAD),
        quote_bound(trade.size, trade.worst, WAD),
        terms.expires_ms // 1000,
        0,  # no price limit: with one, a purchase may fill in part without a revert
        NO_REFERRAL,
    )
    data = ClearingHouse.OPEN_FOR.data(setup.account, order) if setup.delegated else ClearingHouse.OPEN.data(order)
    return Call(to=setup.contracts.clearing_house, data=data, gas=gas.OPEN)


def _payload(call: Call, n: int, terms: Terms) -> EvmTx:
    return EvmTx(
        lane=terms.lane,
        nonce=terms.nonce + n,
        expires_ms=terms.expires_ms,
        to=call.to,
        data=call.data,
        value=0,
        gas=call.gas,
        max_fee=terms.max_fee,
        tip=terms.tip,
    )
