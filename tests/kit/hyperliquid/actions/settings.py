"""updateLeverage, isolated margin, account modes, and what else changes no balance of another."""

from collections.abc import Callable
from decimal import Decimal

from tests.kit.hyperliquid.accounts import PORTFOLIO, STANDARD, UNIFIED, UNSET, Account, Leverage, Position
from tests.kit.hyperliquid.amounts import MICRO, ZERO, usd
from tests.kit.hyperliquid.checks import MARGIN
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.refusals import Refused
from tests.kit.hyperliquid.requests import Json, Request
from tests.kit.hyperliquid.state import State

_DONE: Json = {"type": "default"}
_BY_LETTER = {"i": STANDARD, "u": UNIFIED, "p": PORTFOLIO}
_WEIGHT_PRICE = Decimal("0.0005")
_FLOOR = Decimal("0.1")


def _deny(state: State, what: str) -> Refused:
    return Refused(state.unknowns.denied.format(what=what))


def update_leverage(state: State, request: Request) -> Json:
    """Cross or isolated cannot change under an open position; a position must have the margin for its leverage."""
    account, index = request.account, request.action["asset"]
    asset, new = state.asset(index), Leverage(request.action["leverage"], request.action["isCross"])
    position, before = account.positions.get(index), state.leverage(account, index)
    if not 1 <= new.value <= asset.max_leverage:
        raise _deny(state, "leverage value")
    if new.is_cross and asset.isolated_only:
        raise _deny(state, "cross margin on this asset")
    if position and new.is_cross != before.is_cross:
        raise _deny(state, "another margin mode with an open position")
    account.leverage[index] = new
    if position and _is_short_of_margin(state, account, position):
        account.leverage[index] = before
        raise Refused(MARGIN)
    return _DONE


def _is_short_of_margin(state: State, account: Account, position: Position) -> bool:
    margin = Margin(state, account)
    if position.margin is None:
        return margin.available < 0
    return margin.isolated_equity(position) < margin.initial(position)


def update_isolated_margin(state: State, request: Request) -> Json:
    position = _isolated(state, request)
    _move_margin(state, request.account, position, request.action["ntli"] * MICRO)
    return _DONE


def top_up(state: State, request: Request) -> Json:
    """Adds what the position lacks to that leverage."""
    position, leverage = _isolated(state, request), Decimal(request.action["leverage"])
    if not leverage:
        raise _deny(state, "leverage value")
    margin = Margin(state, request.account)
    lacking = usd(margin.notional(position) / leverage) - margin.isolated_equity(position)
    _move_margin(state, request.account, position, max(ZERO, lacking))
    return _DONE


def _isolated(state: State, request: Request) -> Position:
    state.asset(request.action["asset"])
    position = request.account.positions.get(request.action["asset"])
    if position is None or position.margin is None:
        raise _deny(state, "margin of a position that is not isolated")
    return position


def _move_margin(state: State, account: Account, position: Position, amount: Decimal) -> None:
    margin, asset = Margin(state, account), state.assets[position.asset]
    if amount < 0 and asset.margin_mode == "strictIsolated":
        raise _deny(state, "removing margin on this asset")
    floor = max(margin.initial(position), _FLOOR * margin.notional(position))
    if amount > margin.withdrawable or (amount < 0 and margin.isolated_equity(position) + amount < floor):
        raise Refused(MARGIN)
    assert position.margin is not None
    position.margin += amount
    account.cash -= amount


def agent_set_abstraction(state: State, request: Request) -> Json:
    """Only while no mode was ever set."""
    if request.account.mode != UNSET:
        raise _deny(state, "changing the account mode")
    request.account.set_mode(_BY_LETTER[request.action["abstraction"]])
    return _DONE


def user_set_abstraction(state: State, request: Request) -> Json:
    mode, whose = request.action["abstraction"], request.action["user"].lower()
    account = state.accounts.get(whose)
    if mode not in _BY_LETTER.values() or account is None:
        raise _deny(state, "account mode")
    if whose != request.account.address and account.master != request.account.address:
        raise _deny(state, "the mode of another's account")
    account.set_mode(mode)
    return _DONE


def reserve_weight(state: State, request: Request) -> Json:
    price = request.action["weight"] * _WEIGHT_PRICE
    if price > Margin(state, request.account).withdrawable:
        raise Refused(MARGIN)
    request.account.cash -= price
    request.account.extra_budget += request.action["weight"]
    return _DONE


def nothing(_state: State, _request: Request) -> Json:
    """noop burns its nonce; a builder fee changes nothing here."""
    return _DONE


HANDLERS: dict[str, Callable[[State, Request], Json]] = {
    "updateLeverage": update_leverage,
    "updateIsolatedMargin": update_isolated_margin,
    "topUpIsolatedOnlyMargin": top_up,
    "agentSetAbstraction": agent_set_abstraction,
    "userSetAbstraction": user_set_abstraction,
    "reserveRequestWeight": reserve_weight,
    "noop": nothing,
    "approveBuilderFee": nothing,
}
