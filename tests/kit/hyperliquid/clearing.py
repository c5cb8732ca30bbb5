"""What a trade does to an account: the entry averages over opens alone, closes realise a profit or a loss."""

from decimal import Decimal

from tests.kit.hyperliquid.accounts import Account, Position
from tests.kit.hyperliquid.amounts import ZERO, usd
from tests.kit.hyperliquid.records import Change
from tests.kit.hyperliquid.state import State


def trade(state: State, account: Account, asset: int, change: Decimal, price: Decimal) -> Decimal:
    """Returns the profit that the closed part realised; it is paid into the account's cash."""
    before = account.size(asset)
    closed = min(abs(change), abs(before)) if before * change < 0 else ZERO
    profit = _close(account, asset, closed, price) if closed else ZERO
    if opened := abs(change) - closed:
        _open(state, account, asset, opened.copy_sign(change), price)
    return profit


def _close(account: Account, asset: int, size: Decimal, price: Decimal) -> Decimal:
    position = account.positions[asset]
    share = size / abs(position.size)
    cost = usd(position.entry_notional * share)
    profit = usd(position.sign * (size * price - cost))
    account.cash += profit
    if position.margin is not None:
        released = usd(position.margin * share)
        position.margin -= released
        account.cash += released
    position.entry_notional -= cost
    position.size -= size.copy_sign(position.size)
    position.funding_since_change = ZERO
    if not position.size:
        del account.positions[asset]
    return profit


def _open(state: State, account: Account, asset: int, change: Decimal, price: Decimal) -> None:
    leverage = state.leverage(account, asset)
    new = Position(asset=asset, size=ZERO, entry_notional=ZERO, margin=None if leverage.is_cross else ZERO)
    position = account.positions.setdefault(asset, new)
    notional = usd(abs(change) * price)
    position.size += change
    position.entry_notional += notional
    position.funding_since_change = ZERO
    if position.margin is not None:
        position.margin += usd(notional / leverage.value)
        account.cash -= usd(notional / leverage.value)


def direction(before: Decimal, change: Decimal) -> str:
    """As fills name it."""
    after, side = before + change, "Long" if before > 0 or (not before and change > 0) else "Short"
    if before * after < 0:
        return f"{side} > {'Short' if side == 'Long' else 'Long'}"
    return f"{'Close' if before * change < 0 else 'Open'} {side}"


def note_change(
    state: State,
    account: Account,
    asset: int,
    before: Decimal,
    cause: str,
    order: tuple[int | None, str | None, int | None] = (None, None, None),
) -> None:
    """Notes what the account's position has become; `order` is its id, cloid and nonce."""
    after = account.size(asset)
    if after == before:
        return
    order_id, cloid, nonce = order
    changes = state.records.changes
    changes.append(
        Change(
            number=len(changes) + 1, time_ms=state.now_ms, user=account.address, coin=state.assets[asset].name,
            before=before, after=after, cause=cause, order_id=order_id, cloid=cloid, nonce=nonce,
        )
    )  # fmt: skip
