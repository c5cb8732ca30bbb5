"""Intents and outcomes to write down."""

from agent.model import (
    Address,
    Code,
    EvmTx,
    HedgeState,
    Lane,
    Market,
    Message,
    Name,
    Outcome,
    Payload,
    Plan,
    Position,
    Rate,
    Reason,
    Rehearsal,
    SeenExposure,
    Settlement,
    Signed,
    Snapshot,
    Stamp,
    State,
    View,
)
from agent.units import Base, Price, Ratio, Usd

LANE, OTHER_LANE = Lane("evm:1:0xhot"), Lane("rest:key")
VENUE, ETH, CHAIN = Name("perp"), Name("ETH"), Name("mainnet")
START_MS = 1_700_000_000_000


def tx(nonce: int = 7, max_fee: int = 20, lane: Lane = LANE) -> EvmTx:
    return EvmTx(
        lane=lane,
        nonce=nonce,
        expires_ms=START_MS + 180_000,
        to=Address("0x00000000000000000000000000000000000000AA"),
        data=b"\x00\xff trade",
        value=2**255,
        gas=400_000,
        max_fee=max_fee,
        tip=1,
    )


def message(nonce: int = 7) -> Message:
    return Message(lane=OTHER_LANE, nonce=nonce, expires_ms=START_MS, url="https://venue/exchange", body=b'{"a":1}')


def signed(payload: Payload | None = None) -> Signed:
    payload = payload or tx()
    return Signed(venue=VENUE, payload=payload, raw=repr(payload).encode(), ref=f"0x{payload.nonce:x}")


def stamp(second: int = 0, source: Name = CHAIN) -> Stamp:
    return Stamp(source=source, time_ms=START_MS + second * 1000, block=100 + second, block_hash=f"0x{second}")


def fill(size: str, price: str = "2000") -> Settlement:
    return Settlement(market=ETH, filled=Base(size), price=Price(price), fee=Usd("1.25"), gas_wei=10**20)


def landed(size: str, second: int = 0) -> Outcome:
    return Outcome(state=State.LANDED, stamp=stamp(second), settlement=fill(size))


def done(size: str, second: int = 0) -> Outcome:
    return Outcome(state=State.DONE, stamp=stamp(second), settlement=fill(size))


def ended(state: State, code: Code, second: int = 0) -> Outcome:
    return Outcome(state=state, stamp=stamp(second), reason=Reason(code=code, subject=VENUE, value="why"))


def plan(exposure: str, *codes: Code, pending: str | None = None) -> Plan:
    """Made for that exposure, with another one waiting beside it."""
    seen = SeenExposure(taken=Base(exposure), pending=Base(pending) if pending else None)
    state = HedgeState(
        underlying=ETH,
        exposure=Base(exposure),
        position=Base(0),
        working=Base(0),
        target=Base(0),
        price=Price(2000),
        hedge_ratio=Ratio(1),
        band=Base(0),
    )
    reasons = tuple(Reason(code=code, subject=ETH) for code in codes)
    return Plan(hedges=(state,), reasons=reasons, seen={ETH: seen})


def rehearsal(size: str) -> Rehearsal:
    """Of a moment when the venue showed that position."""
    market = Market(
        name=ETH,
        underlying=ETH,
        lot=Base("0.001"),
        minimum=Usd(0),
        mark=Price(2000),
        index=Price(2000),
        funding=Rate(value=Ratio(0), interval_s=3600),
        borrow=Rate(value=Ratio(0), interval_s=3600),
        initial_margin=Ratio("0.1"),
        maintenance_margin=Ratio("0.05"),
    )
    position = Position(market=ETH, size=Base(size), entry=Price(2000))
    view = View(
        venue=VENUE,
        stamp=stamp(),
        markets=(market,),
        positions=(position,),
        orders=(),
        equity=Usd(1),
        free=Usd(1),
    )
    return Rehearsal(before=Snapshot(views=(view,)), after=Snapshot())
