"""Through which router an order goes, and what the account still lets the operator do there."""

from collections.abc import Iterable, Iterator

from agent.model import Address, value
from agent.model.times import DAY_S
from agent.venues.gmx_v2.seen import Seen
from agent.venues.gmx_v2.setup import Setup

LEAST_ACTIONS, LEAST_S = 20, 7 * 86_400
"""Below either, what is left of the permission is kept for the way out."""


@value
class Carriage:
    """The router that carries our orders, and the handler that it gives them to."""

    router: Address
    handler: Address


def carriage(seen: Seen, routers: Iterable[Address]) -> Carriage | None:
    """The first of them that still holds the roles it needs; None when none does."""
    for router in routers:
        reads = seen.asked.routers[router]
        if seen.found[reads.controls] and seen.found[reads.spends]:
            return Carriage(router=router, handler=seen.found[reads.handler])
    return None


def actions_left(seen: Seen) -> int:
    """The exchange counts every order, update and cancellation, over the whole life of the permission."""
    return max(0, seen.found[seen.account.actions_most] - seen.found[seen.account.actions_done])


def seconds_left(seen: Seen) -> int:
    return max(0, seen.found[seen.account.expires_s] - seen.now_s)


def may_trade(seen: Seen) -> bool:
    return not seen.setup.delegated or not any(_denied(seen))


def exits_only(seen: Seen) -> str | None:
    if not seen.setup.delegated or not may_trade(seen):
        return None
    return low(seen.setup, actions_left(seen), seconds_left(seen))


def low(setup: Setup, actions: int, left_s: int) -> str | None:
    """How much is left where it is too little to add anything, and how it is renewed."""
    if actions >= LEAST_ACTIONS and left_s >= LEAST_S:
        return None
    return (
        f"{actions} actions and {left_s // DAY_S} days are left (increases need {LEAST_ACTIONS} and "
        f"{LEAST_S // DAY_S}); the account renews with what `hedgekeeper gmx delegate --venue {setup.name}` prints"
    )


def denied(seen: Seen) -> str | None:
    return "; ".join(_denied(seen)) or None


def _denied(seen: Seen) -> Iterator[str]:
    """Why the exchange would refuse any order of the operator (SubaccountUtils.sol)."""
    operator = seen.setup.operator
    if not seen.found[seen.account.listed]:
        yield f"{operator} is not a subaccount of {seen.setup.account}"
    elif not seconds_left(seen):
        yield f"the permission of {operator} has expired, or was never given an end"
    elif not actions_left(seen):
        yield f"the permission of {operator} has no actions left"
