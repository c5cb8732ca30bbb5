"""What can be asked at /info.

fields   the parts of a request
market   universe, prices, books, funding of a coin
account  balances, positions, settings, keys
history  orders, fills, funding of a user
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.kit.hyperliquid.info import account, history, market
from tests.kit.hyperliquid.refusals import Unreadable
from tests.kit.hyperliquid.state import State

HANDLERS: Mapping[str, Callable[[State, dict[str, Any]], Any]] = {
    **market.HANDLERS,
    **account.HANDLERS,
    **history.HANDLERS,
}


def ask(state: State, body: Any) -> Any:
    """The answer as JSON. Raises Unreadable or Broken."""
    kind = body.get("type") if isinstance(body, dict) else None
    if not isinstance(kind, str) or kind not in HANDLERS:
        raise Unreadable
    return HANDLERS[kind](state, body)
