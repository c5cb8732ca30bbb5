"""Balances, positions, settings and keys. Where equity is shown depends on the account's mode."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.kit.hyperliquid import limits
from tests.kit.hyperliquid.accounts import PORTFOLIO, USDC, Account, Position
from tests.kit.hyperliquid.amounts import ZERO, entry_price, shown, usd
from tests.kit.hyperliquid.info.fields import Json, check_dex, text, user, whose
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.refusals import Broken
from tests.kit.hyperliquid.state import State

_TOKENS = {USDC: 0, "HYPE": 150}
_RATIO = Decimal("0.000001")


def clearinghouse(state: State, body: Json) -> Json:
    """In a unified account the positions are true and the account values are not: they read zero."""
    check_dex(body)
    account = whose(state, body)
    margin = Margin(state, account)
    return {
        "marginSummary": _summary(margin, account, margin.total_equity, margin.positions, margin.total_used),
        "crossMarginSummary": _summary(margin, account, margin.equity, margin.cross, margin.cross_used),
        "crossMaintenanceMarginUsed": shown(margin.cross_maintenance),
        "withdrawable": shown(ZERO if account.is_unified else margin.withdrawable),
        "assetPositions": [
            {"type": "oneWay", "position": _position(state, account, margin, each)} for each in margin.positions
        ],
        "time": state.shown_ms,
    }


def _summary(margin: Margin, account: Account, equity: Decimal, positions: list[Position], used: Decimal) -> Json:
    notional = sum((margin.notional(each) for each in positions), ZERO)
    value = ZERO if account.is_unified else equity
    return {
        "accountValue": shown(usd(value)),
        "totalNtlPos": shown(notional),
        "totalRawUsd": shown(ZERO if account.is_unified else usd(margin.raw_usd(equity, positions))),
        "totalMarginUsed": shown(used),
    }


def _position(state: State, account: Account, margin: Margin, position: Position) -> Json:
    asset, liquidation = state.assets[position.asset], margin.liquidation_price(position)
    bound, profit = margin.initial(position), margin.profit(position)
    return {
        "coin": asset.name,
        "szi": shown(position.size),
        "leverage": _leverage(state, account, position.asset),
        "entryPx": shown(entry_price(position.entry_notional, position.size, asset.size_decimals)),
        "positionValue": shown(margin.notional(position)),
        "unrealizedPnl": shown(profit),
        "returnOnEquity": shown((profit / bound).quantize(_RATIO) if bound else ZERO),
        "liquidationPx": None if liquidation is None else shown(liquidation.quantize(Decimal("0.0000000001"))),
        "marginUsed": shown(margin.used(position)),
        "maxLeverage": asset.max_leverage,
        "cumFunding": {
            "allTime": shown(account.funding_all_time.get(position.asset, ZERO)),
            "sinceOpen": shown(position.funding_since_open),
            "sinceChange": shown(position.funding_since_change),
        },
    }


def _leverage(state: State, account: Account, asset: int) -> Json:
    """rawUsd only where isolated."""
    leverage, position = state.leverage(account, asset), account.positions.get(asset)
    found: Json = {"type": "cross" if leverage.is_cross else "isolated", "value": leverage.value}
    if position and position.margin is not None:
        found["rawUsd"] = shown(position.margin - position.sign * position.entry_notional)
    return found


def spot(state: State, body: Json) -> Json:
    account = whose(state, body)
    margin = Margin(state, account)
    found: Json = {"balances": [_balance(account, margin, token, held) for token, held in account.spot.items()]}
    if account.is_unified:
        spare = usd(margin.total_equity - margin.cross_maintenance)
        found["tokenToAvailableAfterMaintenance"] = [[_TOKENS[USDC], shown(spare)]]
    if account.mode == PORTFOLIO:
        ratio = margin.cross_maintenance / margin.total_equity if margin.total_equity > 0 else Decimal(1)
        found |= {"portfolioMarginEnabled": True, "portfolioMarginRatio": shown(ratio.quantize(_RATIO))}
    return found


def _balance(account: Account, margin: Margin, token: str, held: Decimal) -> Json:
    """A unified account's USDC is its whole equity, and what positions and orders bind is on hold."""
    backs = account.is_unified and token == USDC
    return {
        "coin": token,
        "token": _TOKENS.get(token, 999),
        "total": shown(usd(margin.total_equity) if backs else held),
        "hold": shown(margin.total_used + margin.held if backs else ZERO),
        "entryNtl": "0.0",
    }


def active_asset(state: State, body: Json) -> Json:
    account = whose(state, body)
    try:
        index = state.index(text(body, "coin"))
    except KeyError:
        raise Broken from None
    asset, leverage = state.assets[index], state.leverage(account, index)
    room = [_room(state, account, index, is_buy) for is_buy in (True, False)]
    lot = Decimal(1).scaleb(-asset.size_decimals)
    return {
        "user": account.address,
        "coin": asset.name,
        "leverage": _leverage(state, account, index),
        "maxTradeSzs": [shown((usd * leverage.value / asset.mark).quantize(lot, "ROUND_DOWN")) for usd in room],
        "availableToTrade": [shown(usd) for usd in room],
        "markPx": shown(asset.mark),
    }


def _room(state: State, account: Account, index: int, is_buy: bool) -> Decimal:
    """USD of margin; against the position twice its own comes on top: one to close it, one to turn it round."""
    margin, position = Margin(state, account), account.positions.get(index)
    against = position is not None and (position.size < 0) is is_buy
    return max(ZERO, margin.available) + (2 * margin.initial(position) if position and against else ZERO)


def rate_limit(state: State, body: Json) -> Json:
    account = whose(state, body)
    return {
        "cumVlm": shown(usd(account.volume)),
        "nRequestsUsed": account.actions,
        "nRequestsCap": limits.cap(account) - account.extra_budget,
        "nRequestsSurplus": account.extra_budget,
    }


def extra_agents(state: State, body: Json) -> Any:
    """Named agents alone."""
    return [
        {"name": agent.name, "address": agent.address, "validUntil": agent.valid_until_ms}
        for agent in state.agents_of(user(body))
        if agent.name
    ]


def role(state: State, body: Json) -> Json:
    address = user(body)
    if agent := state.agent(address):
        return {"role": "agent", "data": {"user": agent.master}}
    if address not in state.accounts:
        return {"role": "missing"}
    master = state.accounts[address].master
    return {"role": "subAccount", "data": {"master": master}} if master else {"role": "user"}


def fees(state: State, body: Json) -> Json:
    account = whose(state, body)
    schedule = {"cross": shown(account.taker_fee), "add": shown(account.maker_fee)}
    rates = {"userCrossRate": shown(account.taker_fee), "userAddRate": shown(account.maker_fee)}
    return {"dailyUserVlm": [], "feeSchedule": schedule, **rates}


HANDLERS: dict[str, Callable[[State, Json], Any]] = {
    "clearinghouseState": clearinghouse,
    "spotClearinghouseState": spot,
    "activeAssetData": active_asset,
    "userRateLimit": rate_limit,
    "extraAgents": extra_agents,
    "userRole": role,
    "userFees": fees,
    "userAbstraction": lambda state, body: whose(state, body).mode,
}
