"""One plain moment: 10 ETH in a wallet at 2,000, an empty account at a venue, every gate satisfied."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from agent.hedge import Hedge, Limits, make_check, make_decide
from agent.hedge.policies import Policy
from agent.hedge.policies.full import Full
from agent.model import (
    Code,
    DepthPoint,
    Held,
    Holding,
    Lane,
    Leg,
    Market,
    Memory,
    Name,
    OpenOrder,
    Plan,
    Position,
    Quote,
    Rate,
    Reason,
    Snapshot,
    Stamp,
    Terms,
    Trade,
    Verdict,
    View,
)
from agent.units import Base, Price, Ratio, Usd

ETH, PERP, OTHER, COLD = Name("ETH"), Name("perp"), Name("other"), Name("cold")
CHAIN, LANE = Name("chain"), Lane("evm:1:hot")
LANES = {PERP: LANE, OTHER: LANE}
NOW = 1_000_000_000_000
DAY = 86_400_000
LIMITS = Limits(sweep_leverage=Ratio(0))
"""The defaults; the account here is richer than a sweep would leave it."""
GWEI = 10**9

Decide = Callable[[Snapshot, Memory], Plan]


def stamp(at: int = NOW, source: Name = CHAIN, block: int | None = None) -> Stamp:
    return Stamp(source=source, time_ms=at, block=block)


def market(mark: str = "2000", index: str | None = None, lot: str = "0.001", minimum: int = 10) -> Market:
    still = Rate(value=Ratio(0), interval_s=3600)
    return Market(
        name=ETH,
        underlying=ETH,
        lot=Base(lot),
        minimum=Usd(minimum),
        mark=Price(mark),
        index=Price(index or mark),
        funding=still,
        borrow=still,
        initial_margin=Ratio("0.1"),
        maintenance_margin=Ratio("0.0625"),
    )


def thin(*points: tuple[str, str]) -> Market:
    """The plain market with this depth: signed sizes and all-in average prices, which bounds are on."""
    return replace(market(), depth=tuple(DepthPoint.whole(Base(size), Price(price)) for size, price in points))


def view(size: str = "0", equity: str = "100000", venue: Name = PERP, at: Market | None = None) -> View:
    """Sizes are positions in ETH; `at` is the market with its prices."""
    held = (Position(market=ETH, size=Base(size), entry=Price(2000)),) if Base(size) else ()
    return View(
        venue=venue,
        stamp=stamp(),
        markets=(at or market(),),
        positions=held,
        orders=(),
        equity=Usd(equity),
        free=Usd(equity),
        exit_gas=1_000_000,
    )


def held(amount: str = "10", wallet: Name = COLD, expires_ms: int | None = None) -> Held:
    coins = Holding(where=wallet, underlying=ETH, amount=Base(amount), expires_ms=expires_ms)
    return Held(wallet=wallet, stamp=stamp(), holdings=(coins,))


def quote(price: str = "2000", age_s: int = 60) -> Quote:
    return Quote(
        source=Name("feed"),
        underlying=ETH,
        price=Price(price),
        stamp=stamp(),
        updated_ms=NOW - age_s * 1000,
        max_age_s=3600,
    )


def terms(max_fee: int = 2 * GWEI, ceiling: int = 50 * GWEI, foreign: str | None = None) -> Terms:
    return Terms(
        lane=LANE,
        stamp=stamp(),
        nonce=7,
        max_fee=max_fee,
        tip=1,
        ceiling=ceiling,
        expires_ms=NOW + 60_000,
        gas_balance=10**18,
        foreign=foreign,
    )


def snapshot(*views: View, spot: str = "10", price: str | None = "2000") -> Snapshot:
    return Snapshot(
        views=views or (view(),),
        held=(held(spot),),
        quotes=(quote(price),) if price else (),
        terms=(terms(),),
    )


def hedge(policy: Policy | None = None, band: str = "0.02", venues: Sequence[Name] = (PERP,)) -> Hedge:
    return Hedge(
        underlying=ETH,
        policy=policy or Full(),
        wallets=(COLD,),
        venues=tuple(venues),
        band=Ratio(band),
    )


def memory(position: str | None = None, venue: Name = PERP) -> Memory:
    """Records that agree with a position of that size."""
    return Memory(positions={(venue, ETH): Base(position)}) if position else Memory()


def order(size: str, age_s: int = 10, role: Literal["working", "protective"] = "working") -> OpenOrder:
    return OpenOrder(id=f"{role}{size}", market=ETH, size=Base(size), role=role, since_ms=NOW - age_s * 1000)


def decided(
    seen: Snapshot, known: Memory | None = None, wanted: Hedge | None = None, limits: Limits = LIMITS
) -> Plan:
    return make_decide([wanted or hedge()], limits)(seen, known or Memory())


def checked(
    legs: Sequence[Leg],
    seen: Snapshot,
    known: Memory | None = None,
    wanted: Hedge | None = None,
    limits: Limits = LIMITS,
) -> Verdict:
    return make_check([wanted or hedge()], limits, LANES)(Plan(legs=tuple(legs)), seen, known or Memory())


def trades(plan: Plan | Verdict) -> list[Trade]:
    return [action for leg in plan.legs for action in leg.actions if isinstance(action, Trade)]


def traded(plan: Plan | Verdict) -> Base:
    return sum((trade.size for trade in trades(plan)), Base(0))


def codes(reasons: Sequence[Reason]) -> list[Code]:
    return [reason.code for reason in reasons]


def denied(verdict: Verdict) -> list[Code]:
    return [reason.code for dropped in verdict.dropped for reason in dropped.reasons]


def sell(size: str, worst: str = "1980", venue: Name = PERP) -> Leg:
    """An increase of a short of that many ETH."""
    return Leg(venue=venue, actions=(_trade("-" + size, worst, reduce_only=False),))


def buy(size: str, worst: str = "2020", venue: Name = PERP) -> Leg:
    """A reduction of a short of that many ETH."""
    return Leg(venue=venue, actions=(_trade(size, worst, reduce_only=True),))


def _trade(size: str, worst: str, *, reduce_only: bool) -> Trade:
    return Trade(market=ETH, size=Base(size), worst=Price(worst), reduce_only=reduce_only)
