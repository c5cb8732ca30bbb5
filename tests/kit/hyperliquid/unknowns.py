"""What the public documentation leaves open: each seed is one exchange that it would still describe.

Seed 0 is the plainest guess. A client that relies on any of these works on one seed and fails on another.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

_DUPLICATE = (
    "Invalid nonce: duplicate nonce {nonce}",
    "L1 error: Invalid nonce",
    "Nonce already used.",
    "Action failed",
)
_OLD = ("Invalid nonce: nonce {nonce} is out of range", "Nonce too low", "L1 error: Invalid nonce", "Action failed")
_EXPIRED = ("Action expired", "L1 error: expiresAfter {expires} has passed", "Order has expired.", "Action failed")
_BUDGET = (
    "Too many cumulative requests sent ({used} > {cap}) for cumulative volume traded.",
    "Rate limited. Please try again later.",
    "Address request limit reached",
    "Action failed",
)
_IP = ("null", "Too many requests", '{"error":"rate limited"}', "")
_SHAPE = ("Order has invalid {what}.", "Invalid {what}", "L1 error: bad {what}", "{what} error")
_DENIED = ("{what} is not allowed.", "Cannot perform {what}", "L1 error: {what}", "Action failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """Texts carry `{nonce}`, `{expires}`, `{used}`, `{cap}` or `{what}`, which are filled in."""

    duplicate: str = _DUPLICATE[0]
    old: str = _OLD[0]
    expired: str = _EXPIRED[0]
    budget: str = _BUDGET[0]
    ip_body: str = _IP[0]
    ip_status: int = 429
    shape: str = _SHAPE[0]
    """A malformed size, an unknown asset, an empty batch, a TP/SL that is not reduce-only."""
    denied: str = _DENIED[0]
    """A leverage, a transfer, an agent or a mode that cannot be."""
    batch_as_err: bool = True
    """Pre-validation answers status err; otherwise status ok with one single error."""
    decimals_are_prevalidated: bool = False
    small_close_allowed: bool = False
    """A reduce-only order that closes everything may be below 10 USD."""
    price_band: Decimal = Decimal("0.8")
    """How far a limit price may be from the oracle's, relative."""
    partial_ioc_status: str = "filled"
    """What orderStatus calls an IOC that was filled in part."""
    keeps_rejected: bool = True
    """orderStatus knows orders that were rejected one by one."""
    agent_days: int | None = 90
    """How long an agent lives whose approval does not say."""
    agents_move_collateral: bool = False
    """An agent may sign subAccountTransfer."""

    @staticmethod
    def of(seed: int) -> "Unknowns":
        if seed == 0:
            return Unknowns()
        draw = Random(seed)
        return Unknowns(
            duplicate=draw.choice(_DUPLICATE),
            old=draw.choice(_OLD),
            expired=draw.choice(_EXPIRED),
            budget=draw.choice(_BUDGET),
            ip_body=draw.choice(_IP),
            ip_status=draw.choice((429, 429, 503)),
            shape=draw.choice(_SHAPE),
            denied=draw.choice(_DENIED),
            batch_as_err=draw.random() < 0.5,
            decimals_are_prevalidated=draw.random() < 0.5,
            small_close_allowed=draw.random() < 0.5,
            price_band=draw.choice((Decimal("0.5"), Decimal("0.8"), Decimal("0.95"))),
            partial_ioc_status=draw.choice(("filled", "canceled")),
            keeps_rejected=draw.random() < 0.5,
            agent_days=draw.choice((90, 180, None)),
            agents_move_collateral=draw.random() < 0.5,
        )
