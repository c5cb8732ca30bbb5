"""What a call to this exchange does, in words, read back from its bytes: for the journal and for who is to sign it.

Decides nothing. Reads words of 32 bytes where they stand, so that no decoder has to be loaded for a list. An order
states dollars, never coins: what it filled is told when a keeper has executed it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from agent.model import value
from agent.model.words import price, usd
from agent.units import Price, Usd
from agent.venues.gmx_v2.structs import OrderType
from agent.venues.told import Told

if TYPE_CHECKING:
    from agent.venues.gmx_v2.settings import GmxV2Settings

_USD = 30


@value
class Order:
    """What createOrder states that matters to a reader."""

    market: int
    token: int
    size_usd: int
    collateral: int
    trigger: int
    acceptable: int
    type: int
    is_long: bool


def told(settings: "GmxV2Settings", data: bytes) -> Told | None:
    """None for what is no such call, or about another market."""
    reader = READERS.get(data[:4].hex())
    try:
        return reader(settings, data[4:]) if reader else None
    except (LookupError, ValueError, ArithmeticError):
        return None


def _multicall(settings: "GmxV2Settings", body: bytes) -> Told:
    """What its steps do together. Native coins and collateral that go along belong to the order among them."""
    steps = [read(settings, step[4:]) for step in _steps(body) if (read := STEPS[step[:4].hex()])]
    says = ", ".join(step.says for step in steps if step.says)
    if not says:
        raise ValueError("nothing that means anything by itself")
    ends = (step.until_s for step in steps if step.until_s)
    return Told(method="multicall", says=says, until_s=max(ends, default=None))


def _steps(body: bytes) -> list[bytes]:
    """Of a list that stands alone: its length, the place of each, each with its length."""
    listed = body[_word(body, 0) :]
    places = [32 + _word(listed, 1 + n) for n in range(_word(listed, 0))]
    return [listed[at + 32 : at + 32 + _word(listed[at:], 0)] for at in places]


def _created(first: int) -> "Reader":
    """`first` is where the order's place is: after the account, where one is named."""

    def read(settings: "GmxV2Settings", body: bytes) -> Told:
        order = _order(body[_word(body, first) :])
        if order.market != int(settings.market.token, 16):
            raise LookupError("another market")
        return Told(method="createOrder", says=_says(settings, order))

    return read


def _order(params: bytes) -> Order:
    """The addresses stand apart, because one of them is a list; the figures stand in a row."""
    addresses = params[_word(params, 0) :]
    size_usd, collateral, trigger, acceptable = (_word(params, n) for n in range(1, 5))
    return Order(
        market=_word(addresses, 4),
        token=_word(addresses, 5),
        size_usd=size_usd,
        collateral=collateral,
        trigger=trigger,
        acceptable=acceptable,
        type=_word(params, 9),
        is_long=bool(_word(params, 11)),
    )


def _says(settings: "GmxV2Settings", order: Order) -> str:
    collateral = usd(Usd.from_int(order.collateral, settings.market.short.decimals))
    match order.type:
        case OrderType.MARKET_INCREASE if order.size_usd:
            with_it = f", with {collateral} of collateral" if order.collateral else ""
            least = _price(settings, order.acceptable)
            return (
                f"sell {_dollars(order.size_usd)} of {settings.market.name} at no less than {least} (order){with_it}"
            )
        case OrderType.MARKET_INCREASE:
            return f"add {collateral} of collateral (order)"
        case OrderType.MARKET_DECREASE if order.size_usd:
            most = "no less than" if order.is_long else "no more than"
            return f"{_closes(settings, order)} at {most} {_price(settings, order.acceptable)} (order)"
        case OrderType.MARKET_DECREASE:
            return f"take {collateral} of collateral back (order)"
        case OrderType.STOP_LOSS_DECREASE:
            return f"{_closes(settings, order)} once it reaches {_price(settings, order.trigger)} (stop)"
    raise ValueError(f"orders of type {order.type} are not ours")


def _closes(settings: "GmxV2Settings", order: Order) -> str:
    """The dollars are those of the position's entry."""
    entered = _dollars(order.size_usd)
    done = f"sell {{}} bought for {entered}" if order.is_long else f"buy back {{}} sold for {entered}"
    on_coins = "" if order.token == int(settings.market.short.address, 16) else " on coins"
    return done.format(f"{settings.market.name}{on_coins}")


def _updated(settings: "GmxV2Settings", body: bytes) -> Told:
    to = f"{_dollars(_word(body, 1))} at entry, from {_price(settings, _word(body, 3))} on"
    return Told(method="updateOrder", says=f"change stop order {_short(body)}: {to}")


def _cancelled(settings: "GmxV2Settings", body: bytes) -> Told:
    return Told(method="cancelOrder", says=f"cancel order {_short(body)}")


def _claimed(settings: "GmxV2Settings", body: bytes) -> Told:
    markets = body[_word(body, 0) :]
    if _word(markets, 1) != int(settings.market.token, 16):
        raise LookupError("another market")
    return Told(method="claimFundingFees", says=f"claim the funding earned in {settings.market.name}")


def _approved(settings: "GmxV2Settings", body: bytes) -> Told:
    amount = usd(Usd.from_int(_word(body, 1), settings.market.short.decimals))
    return Told(method="approve", says=f"approve {amount} of collateral")


def _added(settings: "GmxV2Settings", body: bytes) -> Told:
    return Told(method="addSubaccount", says=f"let {_address(body)} create, change and cancel orders for the account")


def _removed(settings: "GmxV2Settings", body: bytes) -> Told:
    return Told(method="removeSubaccount", says=f"no longer let {_address(body)} trade for the account")


def _most_actions(settings: "GmxV2Settings", body: bytes) -> Told:
    return Told(method="setMaxAllowedSubaccountActionCount", says=f"{_word(body, 2)} actions in all")


def _expires(settings: "GmxV2Settings", body: bytes) -> Told:
    return Told(method="setSubaccountExpiresAt", says="", until_s=_word(body, 2))


def _word(body: bytes, n: int) -> int:
    word = body[32 * n : 32 * (n + 1)]
    if len(word) < 32:
        raise ValueError("cut short")
    return int.from_bytes(word)


def _address(body: bytes) -> str:
    return f"0x{_word(body, 0):040x}"


def _short(body: bytes) -> str:
    """Of an order's key."""
    key = f"{_word(body, 0):064x}"
    return f"0x{key[:4]}...{key[-4:]}"


def _dollars(wire: int) -> str:
    return usd(Usd.from_int(wire, _USD))


def _price(settings: "GmxV2Settings", wire: int) -> str:
    return price(Price.from_int(wire, _USD - settings.market.index.decimals))


Reader: TypeAlias = "Callable[[GmxV2Settings, bytes], Told]"

STEPS: "dict[str, Reader | None]" = {
    "7d39aaf1": None,
    "e6d66ac8": None,
    "f59c48eb": _created(0),
    "69b605c5": _created(1),
    "3914f217": _added,
    "3e46b365": _most_actions,
    "78a61fa2": _expires,
}
"""By selector; sendWnt and sendTokens say nothing that the order does not. A test compares them with methods.py."""

READERS: dict[str, Reader] = {
    "ac9650d8": _multicall,
    "7489ec23": _cancelled,
    "dd5baad2": _updated,
    "c41b1ab3": _claimed,
    "095ea7b3": _approved,
    "712182eb": _removed,
}
