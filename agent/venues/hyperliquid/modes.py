"""Where an account's collateral sits. It depends on the account's mode; a mode that is not known is refused."""

from collections.abc import Mapping
from decimal import Decimal

from agent.errors import Mismatch
from agent.model import value
from agent.venues.hyperliquid.structs import Account, Balance

STANDARD = ("default", "disabled")
UNIFIED = "unifiedAccount"
PORTFOLIO = "portfolioMargin"
USDC = "USDC"
NOTHING = Balance(total=Decimal(0), hold=Decimal(0))


@value
class Funds:
    """US dollars: what the account is worth, and what of it backs nothing."""

    equity: Decimal
    free: Decimal


def funds(name: str, mode: str, account: Account, balances: Mapping[str, Balance]) -> Funds:
    """Standard: the perpetuals' own clearing house has it. Unified: the spot balance has it, and the clearing house's
    account value means nothing."""
    if mode in STANDARD:
        return Funds(equity=account.value, free=max(Decimal(0), account.withdrawable))
    if mode == UNIFIED:
        return _unified(balances.get(USDC, NOTHING), account)
    if mode == PORTFOLIO:
        raise Mismatch(f"{name}: the account is in portfolio margin, whose margin is not computed here: use another")
    raise Mismatch(f"{name}: the account is in mode {mode!r}, which is not known: nothing is done on a guess")


def _unified(held: Balance, account: Account) -> Funds:
    """Whether the balance counts a loss that is not realised yet is not documented: it is taken off, a profit is not
    put on top."""
    total = held.total + min(Decimal(0), account.unrealised)
    return Funds(equity=total, free=max(Decimal(0), total - held.hold))
