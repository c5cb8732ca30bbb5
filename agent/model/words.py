"""Figures and sentences for people: what a reason shows in a cron mail. Rounds for the eye only."""

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from agent.model.base import Name
from agent.model.planned import HedgeState
from agent.model.reasons import Code, Reason
from agent.units import Base, Price, Ratio, Usd


def figure(raw: Decimal, places: int) -> str:
    """With thousands separators and without trailing zeros."""
    shown = f"{raw.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):,f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown == "-0" else shown


def coins(amount: Base) -> str:
    return figure(amount.raw, 6)


def usd(amount: Usd) -> str:
    return f"{figure(amount.raw, 2)} USD"


def gas_coin(wei: int) -> str:
    """Of the chain's own coin, which has 18 decimals on every EVM chain."""
    return f"{figure(Usd.from_int(wei, 18).raw, 6)} {GAS_COIN}"


GAS_COIN = "of the chain's coin"


def gas_to_send(wei: int) -> str:
    """Three digits, rounded up: who sends that much has sent enough."""
    needed = Context(prec=3, rounding=ROUND_CEILING).create_decimal(Decimal(wei).scaleb(-18))
    return f"{needed:f} of the chain's coin"


def price(amount: Price) -> str:
    """Five significant digits or whole cents, whichever shows more."""
    return figure(amount.raw, max(2, 4 - amount.raw.adjusted())) if amount.raw else "0"


def percent(share: Ratio, places: int = 2) -> str:
    return f"{figure(share.raw * 100, places)} %"


def earns(a_year: Ratio) -> str:
    """Like you RECEIVE 11.2 % a year: nobody has to remember what the sign of a carry means."""
    return f"you {'PAY' if a_year.sign() < 0 else 'RECEIVE'} {percent(abs(a_year), 1)} a year"


def side(position: Base) -> str:
    """Like short 12.3: nobody has to remember what a minus means."""
    if not position:
        return "no position"
    return f"{'short' if position.sign() < 0 else 'long'} {coins(abs(position))}"


def sliced(market: Name, order: Base, size: Base, limit: str) -> Reason:
    said = f"{coins(abs(order))} of {coins(abs(size))} now, the rest in the next rounds"
    return Reason(code=Code.SLICED, subject=market, value=said, limit=limit)


def standing(hedge: HedgeState) -> str:
    """Like short 12.3 ETH, target short 12.5."""
    working = f" and {side(hedge.working)} in working orders" if hedge.working else ""
    held = f"{side(hedge.position)} {hedge.underlying}" if hedge.position else "no position"
    return f"{held}{working}, target {side(hedge.target)}"
