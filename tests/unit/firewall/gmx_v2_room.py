"""The venue itself, put together from a configuration, with its dialect and a look at it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.firewall import Dialect
from agent.model import Address, Name, OpenOrder, Position, Stamp, Terms, View
from agent.settings import Configuration
from agent.units import Base, Price, Ratio, Usd
from agent.venues.gmx_v2.execution import ExecutionGas
from agent.venues.gmx_v2.observe import Own
from agent.venues.gmx_v2.routers import Carriage
from agent.venues.gmx_v2.settings import ContractSettings
from agent.venues.gmx_v2.structs import MarketPrices, PositionProps, PriceRange
from agent.venues.gmx_v2.venue import GmxV2
from agent.wiring import gmx_v2
from tests.unit.firewall.gmx_v2_scene import FEE, USDC, WETH, market
from tests.unit.firewall.scene import ACCOUNT, CEILING, ETH, EXPIRES_MS, GWEI, LANE, OPERATOR, VENUE, made_address

STAMP = Stamp(source=Name("local"), time_ms=EXPIRES_MS - 180_000)
TERMS = Terms(lane=LANE, stamp=STAMP, nonce=7, max_fee=20 * GWEI, tip=GWEI, ceiling=CEILING, expires_ms=EXPIRES_MS)
FEED, MARKET_TOKEN = made_address("feed"), made_address("market token")
RESTING = OpenOrder(id="0x" + "ab" * 32, market=ETH, size=Base(1), role="protective", since_ms=0)


def configuration(account: Address) -> Configuration:
    contracts = {name: made_address(name) for name in ContractSettings.model_fields if not name.endswith("routers")}
    routers = {
        name: [made_address(name), made_address(f"old {name}")] for name in ("exchange_routers", "subaccount_routers")
    }
    coins = {
        name: {"address": token, "decimals": decimals, "feed": {"address": FEED}}
        for name, token, decimals in (("index", WETH, 18), ("long", WETH, 18), ("short", USDC, 6))
    }
    venue = {
        "kind": "gmx-v2",
        "chain": "local",
        "account": account,
        "operator": "hot",
        "version": "2.2",
        "contracts": contracts | routers,
        "market": {"name": ETH, "underlying": ETH, "token": MARKET_TOKEN, **coins},
    }
    return Configuration.model_validate(
        {
            "chains": {"local": {"id": 31_337, "rpc": ["http://localhost:8545"], "max_fee_gwei": "50"}},
            "keys": {"hot": {"address": OPERATOR, "file": "key"}},
            "venues": {VENUE: venue},
            "hedges": {ETH: {"policy": "full", "venues": [VENUE]}},
            "unhedged": [],
        }
    )


CONFIGURATIONS = {account: configuration(account) for account in (ACCOUNT, OPERATOR)}


def room_of(account: Address) -> GmxV2:
    settings = CONFIGURATIONS[account]
    configured: Any = settings.venues[VENUE]
    return gmx_v2.venue(settings, VENUE, configured)


def dialect_of(account: Address) -> Dialect:
    settings = CONFIGURATIONS[account]
    return gmx_v2.dialect(settings, VENUE, settings.venues[VENUE])  # type: ignore[arg-type]


def position(tokens: int, price: int, odd: int, token: Address, is_long: bool) -> PositionProps:
    counters = ("borrowing_factor", "funding_fee_amount_per_size", "increased_at_time", "decreased_at_time")
    claimable = ("long_token_claimable_funding_amount_per_size", "short_token_claimable_funding_amount_per_size")
    return PositionProps(
        account=ACCOUNT,
        market=MARKET_TOKEN,
        collateral_token=token,
        size_in_usd=tokens * price + odd,
        size_in_tokens=tokens,
        collateral_amount=10**9,
        pending_impact_amount=0,
        is_long=is_long,
        **dict.fromkeys((*counters, *claimable), 0),
    )


def view_of(
    room: GmxV2,
    held: Sequence[PositionProps],
    index: PriceRange,
    *,
    fee: Ratio = FEE,
    orders: tuple[OpenOrder, ...] = (),
    allowance: int = 0,
    router: Address | None = None,
) -> View:
    names = [room.name_of(each.collateral_token, is_long=each.is_long) for each in held]
    mark = room.price(index.min + index.max) * Ratio("0.5")
    return View(
        venue=VENUE,
        stamp=STAMP,
        markets=tuple(replace(market(name, mark), fee=fee) for name in {ETH: None, **dict.fromkeys(names)}),
        positions=tuple(_seen(room, name, each) for name, each in zip(names, held, strict=True)),
        orders=orders,
        equity=Usd(10**6),
        free=Usd(0),
        own=Own(
            carriage=Carriage(router=router or room.routers[0], handler=FEED),
            gas=ExecutionGas(
                base=600_000, per_price=250_000, multiplier=10**30, increase=3_000_000, decrease=3_000_000
            ),
            held=tuple(held),
            prices=MarketPrices(index_token_price=index, long_token_price=index, short_token_price=index),
            orders=(),
            allowance=allowance,
            denied=None,
            actions_done=0,
            owner_router=room.contracts.exchange_routers[0],
        ),
    )


def _seen(room: GmxV2, name: Name, held: PositionProps) -> Position:
    size = room.coins(held.size_in_tokens)
    entry = Price(room.dollars_of(held.size_in_usd).raw / size.raw)
    return Position(market=name, size=size if held.is_long else -size, entry=entry)
