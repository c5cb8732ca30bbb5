"""What a fill, or margin that is moved, makes of an account: entry, margin, result and the price that liquidates."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from agent.venues.hyperliquid.facts import Facts, notional
from agent.venues.hyperliquid.margin import liquidation_price, maintenance
from agent.venues.hyperliquid.modes import NOTHING, UNIFIED, USDC, funds
from agent.venues.hyperliquid.setup import TAKER_FEE
from agent.venues.hyperliquid.structs import Asset, Balance, Held, Leverage

ZERO = Decimal(0)


def traded(facts: Facts, coin: str, change: Decimal, average: Decimal) -> Facts:
    """After a fill of `change` coins at an average price; the account pays the taker's fee."""
    asset, before = facts.universe[coin], facts.held.get(coin)
    if before and before.size * change < -(before.size**2):  # it turns round: closed first
        return traded(traded(facts, coin, -before.size, average), coin, change + before.size, average)
    after = _filled(facts, asset, before, change, average)
    gained = change * (asset.mark - average)
    tied = (after.margin_used if after else ZERO) - (before.margin_used if before else ZERO)
    worth = gained - abs(change) * average * TAKER_FEE
    return _liquidated(_paid(facts.with_position(coin, after), worth, tied))


def given_margin(facts: Facts, coin: str, dollars: Decimal) -> Facts:
    held = facts.held[coin]
    more = replace(held, margin_used=held.margin_used + dollars)
    return _liquidated(_paid(facts.with_position(coin, more), ZERO, dollars))


def _filled(facts: Facts, asset: Asset, before: Held | None, change: Decimal, average: Decimal) -> Held | None:
    """Of an isolated position's margin a reduction sets free its share, an increase is given its own."""
    held = before or _flat(facts, asset)
    size = held.size + change
    if not size:
        return None
    reduced = held.size * change < 0
    share = size / held.size if reduced else Decimal(1)
    entry = held.entry if reduced else (held.size * held.entry + change * average) / size
    gained = ZERO if reduced else change * (asset.mark - average)
    drawn = ZERO if reduced else abs(change) * average / held.leverage.value
    margin = held.margin_used * share + drawn + gained
    if held.leverage.kind == "cross":
        margin = abs(size) * asset.mark / held.leverage.value
    return replace(held, size=size, entry=entry, margin_used=margin, result=size * (asset.mark - entry))


def _flat(facts: Facts, asset: Asset) -> Held:
    """As the message ahead of the order has set it, or as it was set before."""
    kind, leverage = facts.settings[asset.coin]
    return Held(
        coin=asset.coin,
        size=ZERO,
        entry=ZERO,
        liquidation=None,
        margin_used=ZERO,
        result=ZERO,
        leverage=Leverage(kind="isolated" if kind == "isolated" else "cross", value=leverage),
    )


def _paid(facts: Facts, worth: Decimal, tied: Decimal) -> Facts:
    """The account's value changes by `worth`; `tied` more of it backs positions."""
    account = facts.account
    account = replace(
        account,
        value=account.value + worth,
        withdrawable=max(ZERO, account.withdrawable + worth - tied),
        margin_used=account.margin_used + tied,
    )
    return replace(facts, account=account, balances=_balances(facts, worth, tied))


def _balances(facts: Facts, worth: Decimal, tied: Decimal) -> Mapping[str, Balance]:
    if facts.mode != UNIFIED:
        return facts.balances
    held = facts.balances.get(USDC, NOTHING)
    return {**facts.balances, USDC: Balance(total=held.total + worth, hold=held.hold + tied)}


def _liquidated(facts: Facts) -> Facts:
    """Every position with the price that would now end it."""
    positions = tuple(replace(held, liquidation=_liquidation(facts, held)) for held in facts.account.positions)
    return replace(facts, account=replace(facts.account, positions=positions))


def _liquidation(facts: Facts, held: Held) -> Decimal | None:
    asset = facts.universe[held.coin]
    backing = held.margin_used if held.leverage.kind == "isolated" else _backing(facts, held)
    return liquidation_price(held.size, asset.mark, backing, asset.tiers)


def _backing(facts: Facts, held: Held) -> Decimal:
    """The account's value without isolated margin, and without what the other cross positions must keep."""
    total = funds("", facts.mode, facts.account, facts.balances).equity
    for other in facts.held.values():
        asset = facts.universe[other.coin]
        if other.leverage.kind == "isolated":
            total -= other.margin_used
        elif other.coin != held.coin:
            total -= maintenance(notional(other, asset), asset.tiers)
    return total
