"""What each action does.

orders     order, cancel, modify, scheduleCancel
settings   leverage, isolated margin, account mode, request weight
transfers  money between balances, accounts and the outside
agents     approval of API wallets
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.kit.hyperliquid.actions import agents, orders, settings, transfers
from tests.kit.hyperliquid.requests import Request
from tests.kit.hyperliquid.state import State

HANDLERS: Mapping[str, Callable[[State, Request], dict[str, Any]]] = {
    **orders.HANDLERS,
    **settings.HANDLERS,
    **transfers.HANDLERS,
    **agents.HANDLERS,
}


def act(state: State, request: Request) -> dict[str, Any]:
    """The `response` of an answer with status ok. Raises Refused."""
    return HANDLERS[request.kind](state, request)
