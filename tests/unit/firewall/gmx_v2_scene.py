"""Legs of a plan with the GMX v2 payloads that carry them out."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_CEILING
from random import Random
from typing import Any

from agent.firewall.gmx_v2 import GmxV2
from agent.model import (
    Action,
    Cancel,
    Claim,
    EvmTx,
    Fund,
    Kind,
    Leg,
    Market,
    Name,
    Protect,
    Rate,
    Rules,
    Trade,
    Warrant,
    value,
)
from agent.units import Base, Price, Ratio, Usd
from tests.unit.firewall.gmx_v2_wire import (
    ANY_PRICE,
    DECREASE,
    INCREASE,
    STOP_LOSS,
    USD,
    WAD,
    Fields,
    data_of,
    order,
    wire,
)
from tests.unit.firewall.scene import (
    ACCOUNT,
    CEILING,
    ETH,
    EXPIRES_MS,
    GWEI,
    LANE,
    OPERATOR,
    OTHER_LANE,
    VENUE,
    OnChain,
    made_address,
)

FEE = Ratio("0.0006")
USDC, WETH = made_address("usdc"), made_address("weth")

SIDES = {
    ETH: (USDC, False),
    Name("ETH long on dollars"): (USDC, True),
    Name("ETH short on coins"): (WETH, False),
    Name("ETH long on coins"): (WETH, True),
}
DELEGATED = GmxV2(
    lane=LANE,
    account=ACCOUNT,
    delegated=True,
    routers=(made_address("subaccount router"), made_address("old subaccount router")),
    spender=made_address("router"),
    order_vault=made_address("order vault"),
    market_token=made_address("market token"),
    ours=ETH,
    positions=SIDES,
    collateral=USDC,
    collateral_decimals=6,
    index_decimals=WAD,
    max_execution_gas=8_000_000,
)
OWN = replace(
    DELEGATED,
    account=OPERATOR,
    delegated=False,
    routers=(made_address("exchange router"), made_address("old exchange router")),
)


@value
class Case(OnChain):
    """`fields` are all arguments of the call, by name; those of the steps beside the order start with their step."""

    pins: GmxV2
    fields: Fields


# Payloads ---------------------------------------------------------------------------------------------
def case(pins: GmxV2, method: str, fields: Fields, warrant: Warrant, rng: Random) -> Case:
    to = pins.collateral if method == "approve" else rng.choice(pins.routers)
    tx = EvmTx(
        lane=pins.lane,
        nonce=7,
        expires_ms=EXPIRES_MS,
        to=to,
        data=data_of(fields),
        value=fields.get("fee_amount", 0),
        gas=1_200_000,
        max_fee=20 * GWEI,
        tip=GWEI,
    )
    rules = Rules(
        rehearsed=(tx,),
        ceilings={LANE: CEILING, OTHER_LANE: CEILING},
        warrants=(warrant,),
        max_deviation=Ratio("0.02"),
        max_order=Usd(50_000),
        turnover_left=Usd(200_000),
    )
    return Case(pins=pins, method=method, fields=fields, tx=tx, rules=rules)


def market(name: Name, mark: Price) -> Market:
    none = Rate(value=Ratio(0), interval_s=3600)
    return Market(
        name=name,
        underlying=ETH,
        lot=Base("0.001"),
        minimum=Usd(1),
        mark=mark,
        index=mark,
        funding=none,
        borrow=none,
        initial_margin=Ratio("0.01"),
        maintenance_margin=Ratio("0.005"),
        fee=FEE,
    )


def warrant(
    *actions: Action,
    price: Price,
    name: Name = ETH,
    position: Base | None = None,
    entry: Price | None = None,
    kind: Kind = Kind.REBALANCE,
    stops: Mapping[str, Name] | None = None,
) -> Warrant:
    """`price` is from outside, the mark a little below it; a flatten knows none from outside."""
    return Warrant(
        leg=Leg(venue=VENUE, actions=actions, kind=kind),
        positions={name: position or Base("-3.3")},
        outside={name: None if kind is Kind.FLATTEN else price},
        expires_ms=EXPIRES_MS,
        entries={name: entry} if entry else {},
        markets={name: market(name, price * Ratio("0.9999"))},
        stops=stops or {},
    )


def any_price(rng: Random) -> Price:
    return Price(rng.randint(150_000, 350_000)) * Ratio("0.01")


def any_fund(rng: Random) -> Fund:
    return Fund(amount=Usd(rng.randint(1_000_01, 90_000_99)) * Ratio("0.01"))


def sale(rng: Random, price: Price) -> tuple[Trade, dict[str, int]]:
    """At the lower price of the exchange's pair, which is a little below the mark."""
    size, worst = Base(rng.randint(1_000, 12_000)) * Ratio("0.001"), price * Ratio("0.99")
    trade = Trade(market=ETH, size=-size, worst=worst, reduce_only=False)
    least = wire(worst / (Ratio(1) - FEE), ROUND_CEILING)
    return trade, {"size_usd": size.to_int(WAD) * wire(price * Ratio("0.9998")), "acceptable": least}


def increase(pins: GmxV2, rng: Random) -> Case:
    price = any_price(rng)
    trade, stated = sale(rng, price)
    return case(pins, "increase", order(pins, INCREASE, **stated), warrant(trade, price=price), rng)


def increase_with_collateral(pins: GmxV2, rng: Random) -> Case:
    price, fund = any_price(rng), any_fund(rng)
    trade, stated = sale(rng, price)
    fields = order(pins, INCREASE, **stated, collateral_delta=fund.amount.to_int(6))
    return case(pins, "increase with collateral", fields, warrant(fund, trade, price=price), rng)


def top_up(pins: GmxV2, rng: Random) -> Case:
    fund = any_fund(rng)
    fields = order(pins, INCREASE, collateral_delta=fund.amount.to_int(6))
    return case(pins, "top-up", fields, warrant(fund, price=any_price(rng), kind=Kind.RESCUE), rng)


def withdrawal(pins: GmxV2, rng: Random) -> Case:
    amount = any_fund(rng).amount
    fields = order(pins, DECREASE, collateral_delta=amount.to_int(6), acceptable=ANY_PRICE)
    return case(pins, "withdrawal", fields, warrant(Fund(amount=-amount), price=any_price(rng)), rng)


def held(rng: Random) -> tuple[int, int]:
    """Coins and dollars at entry, in the exchange's integers."""
    coins = rng.randint(10**18, 30 * 10**18)
    return coins, coins * rng.randint(1_500 * 10**12, 3_500 * 10**12) + rng.randint(0, 10**18)


def entry_of(coins: int, dollars: int) -> Price:
    return Price(Usd.from_int(dollars, USD).raw / Base.from_int(coins, WAD).raw)


def decrease(pins: GmxV2, rng: Random, name: Name, *, full: bool) -> Case:
    """In full: a flatten, without an outside price."""
    token, is_long = SIDES[name]
    (coins, dollars), price = held(rng), any_price(rng)
    closed = coins if full else rng.randint(10**17, coins - 1)
    size, slip = Base.from_int(closed, WAD), Ratio("0.99") if is_long else Ratio("1.01")
    trade = Trade(market=name, size=-size if is_long else size, worst=price * slip, reduce_only=True)
    least, most = wire(price * slip / (Ratio(1) - FEE), ROUND_CEILING), wire(price * slip / (Ratio(1) + FEE))
    stated = {"size_usd": -(-closed * dollars // coins), "acceptable": least if is_long else most}
    position = Base.from_int(coins, WAD)
    said = warrant(
        trade,
        price=price,
        name=name,
        position=position if is_long else -position,
        entry=entry_of(coins, dollars),
        kind=Kind.FLATTEN if full else Kind.REBALANCE,
    )
    fields = order(pins, DECREASE, **stated, initial_token=token, is_long=is_long)
    return case(pins, "full decrease" if full else "decrease", fields, said, rng)


def stop(rng: Random, key: bytes = b"") -> tuple[Warrant, dict[str, Any]]:
    (coins, dollars), price = held(rng), any_price(rng)
    protect = Protect(market=ETH, size=Base.from_int(coins, WAD), trigger=price * Ratio("1.2"))
    said = warrant(
        protect,
        price=price,
        position=-Base.from_int(coins, WAD),
        entry=entry_of(coins, dollars),
        stops={"0x" + key.hex(): ETH} if key else {},
    )
    stated = {"size_usd": dollars, "acceptable": ANY_PRICE, "trigger": wire(protect.trigger), "auto_cancel": True}
    return said, stated


def stop_created(pins: GmxV2, rng: Random) -> Case:
    said, stated = stop(rng)
    return case(pins, "stop", order(pins, STOP_LOSS, **stated), said, rng)


def stop_updated(pins: GmxV2, rng: Random) -> Case:
    key = rng.randbytes(32)
    said, stated = stop(rng, key)
    return case(pins, "update", dict(stated, key=key, least_output=0, valid_from=0), said, rng)


def cancel(pins: GmxV2, rng: Random) -> Case:
    key = rng.randbytes(32)
    said = warrant(Cancel(order_id="0x" + key.hex()), price=any_price(rng), kind=rng.choice((*Kind,)))
    return case(pins, "cancel", {"key": key}, said, rng)


def claim(pins: GmxV2, rng: Random) -> Case:
    fields = {"markets": (pins.market_token,) * 2, "tokens": (WETH, USDC), "receiver": pins.account}
    return case(pins, "claim", fields, warrant(Claim(market=ETH), price=any_price(rng)), rng)


def approve(pins: GmxV2, rng: Random) -> Case:
    fund = any_fund(rng)
    fields = {"spender": pins.spender, "amount": fund.amount.to_int(6)}
    return case(pins, "approve", fields, warrant(fund, price=any_price(rng)), rng)


def approve_zero(pins: GmxV2, rng: Random) -> Case:
    said = approve(pins, rng).warrant
    return case(pins, "approve", {"spender": pins.spender, "amount": 0}, said, rng)


MAKERS = (increase, increase_with_collateral, top_up, withdrawal, stop_created, stop_updated, cancel)


def cases(seed: int, times: int) -> list[Case]:
    """Every kind of payload, with the operator as a delegate and as the account itself."""
    rng, made = Random(seed), list[Case]()
    for _ in range(times):
        for pins in (DELEGATED, OWN):
            made += [make(pins, rng) for make in MAKERS]
            made += [decrease(pins, rng, name, full=full) for name in SIDES for full in (True, False)]
        made += [make(OWN, rng) for make in (claim, approve, approve_zero)]
    return made
