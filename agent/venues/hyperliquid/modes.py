"""Where an account's collateral sits. It depends on the account's mode; a mode that is not known is refused."""

from collections.abc import Mapping
from decimal import Decimal

from agent.errors import Unreadable
from agent.model import value
from agent.venues.hyperliquid.structs import Account, Balance

STANDARD = ("default", "disabled")
UNIFIED = "unifiedAccount"
PORTFOLIO = "portfolioMargin"
USDC = "USDC"


@value
class Funds:
    """US dollars: what backs positions, and what could leave."""

    equity: Decimal
    free: Decimal


def funds(name: str, mode: str, account: Account, balances: Mapping[str, Balance]) -> Funds:
    """Standard: the perpetuals' own clearing house has it. Unified: the spot balance has it, and the clearing house's
    account value means nothing; results of open positions are in the balance only once they are realised."""
    if mode in STANDARD:
        return Funds(equity=account.value, free=max(Decimal(0), account.withdrawable))
    if mode == UNIFIED:
        held = balances.get(USDC, Balance(total=Decimal(0), hold=Decimal(0)))
        return Funds(equity=held.total + account.unrealised, free=max(Decimal(0), held.total - held.hold))
    if mode == PORTFOLIO:
        raise Unreadable(
            f"{name}: the account is in portfolio margin, whose margin is not computed here: use another"
        )
    raise Unreadable(f"{name}: the account is in mode {mode!r}, which is not known: nothing is done on a guess")
