"""Movements of money: userNonFundingLedgerUpdates, as what they did to one account's collateral.

In an account of the standard mode the perpetuals' own balance is collateral; in a unified one the spot balance is the
same money.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from agent.model import value
from agent.venues.hyperliquid.info import number, whole, word
from agent.venues.hyperliquid.modes import UNIFIED, USDC

PERP, SPOT = "", "spot"
Delta: TypeAlias = Mapping[str, Any]


@value
class Move:
    time_ms: int
    hash: str
    amount: Decimal
    """USDC; < 0 left."""


def to_moves(user: str, mode: str) -> Callable[[Any], tuple[Move, ...]]:
    """Of that account, in lower case. What moves no collateral of perps is left out."""
    pockets = (PERP, SPOT) if mode == UNIFIED else (PERP,)

    def decode(rows: Any) -> tuple[Move, ...]:
        moves = (_move(row, _Account(user=user, pockets=pockets)) for row in rows)
        return tuple(move for move in moves if move.amount)

    return decode


def _move(row: Mapping[str, Any], account: "_Account") -> Move:
    delta = row["delta"]
    known = _AMOUNTS.get(delta["type"])
    amount = known(delta, account) if known else Decimal(0)
    return Move(time_ms=whole(row["time"]), hash=word(row["hash"]), amount=amount)


@value
class _Account:
    user: str
    pockets: tuple[str, ...]
    """Whose money is collateral."""

    def takes(self, user: str, pocket: str) -> int:
        return int(user.lower() == self.user and pocket in self.pockets)


def _own(delta: Delta, account: _Account) -> Decimal:
    """Between two pockets of its own."""
    to, source = (PERP, SPOT) if delta["toPerp"] else (SPOT, PERP)
    return number(delta["usdc"]) * (account.takes(account.user, to) - account.takes(account.user, source))


def _sent(delta: Delta, account: _Account) -> Decimal:
    return number(delta["usdc"]) * _direction(delta, account, PERP, PERP)


def _token_sent(delta: Delta, account: _Account) -> Decimal:
    """A transfer of spot balances names no pockets."""
    if delta["token"].split(":")[0] != USDC:
        return Decimal(0)
    return number(delta["amount"]) * _direction(
        delta, account, delta.get("sourceDex", SPOT), delta.get("destinationDex", SPOT)
    )


def _direction(delta: Delta, account: _Account, source: str, to: str) -> int:
    """What a sender sends to itself moves nothing, unless it leaves the collateral."""
    return account.takes(delta["destination"], to) - account.takes(delta["user"], source)


_AMOUNTS: Mapping[str, Callable[[Delta, _Account], Decimal]] = {
    "deposit": lambda delta, _: number(delta["usdc"]),
    "withdraw": lambda delta, _: -number(delta["usdc"]),
    "accountClassTransfer": _own,
    "internalTransfer": _sent,
    "subAccountTransfer": _sent,
    "send": _token_sent,
    "spotTransfer": _token_sent,
}
"""By delta.type."""
