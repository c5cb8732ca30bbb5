"""What moving margin leaves behind: how a message that has no name is known to have worked.

An isolated position's own dollars change by fills, by funding and by such a message, never by the price. What is seen
before and written down beside the message is compared with what is seen later, to a millionth of a dollar.
"""

from decimal import Decimal

from agent.venues.hyperliquid.structs import Account, Held


def trace(held: Held | None) -> str:
    """Size and dollars; nothing where no position is isolated."""
    if held is None or held.leverage.dollars is None:
        return ""
    return f"{held.size} {held.leverage.dollars}"


def moved(before: str, coin: str, dollars: Decimal, account: Account) -> bool | None:
    """Whether so much has come to the position since; None where something else has changed it, or nothing is known
    of what it was."""
    held = account.held.get(coin)
    if not before or held is None or held.leverage.dollars is None:
        return None
    size, had = map(Decimal, before.split())
    found = {had: False, had + dollars: True}.get(held.leverage.dollars)
    return found if held.size == size else None
