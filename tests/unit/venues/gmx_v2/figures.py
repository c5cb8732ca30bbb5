"""The recorded exchange in figures that a test may change: one account, one market, one moment."""

from collections.abc import Callable, Mapping
from dataclasses import field

from agent.evm import hex_bytes
from agent.fields import parse_address
from agent.model import Address, Name, value
from agent.venues.gmx_v2 import methods
from agent.venues.gmx_v2.abi import Named
from agent.venues.gmx_v2.keys import CONTROLLER, ROUTER_PLUGIN, position_key
from agent.venues.gmx_v2.layouts import layout_of
from tests.unit.venues.gmx_v2.transcript import STEP, TRANSCRIPT

CHAIN, GMX, ETH = Name("arbitrum"), Name("gmx"), Name("ETH")
LONGS_ON_COINS, SHORTS_ON_COINS = Name("ETH long on coins"), Name("ETH short on coins")
WAD, USDC_UNIT, ONE = 10**18, 10**6, 10**30

AT = {name: parse_address(each["address"]) for name, each in TRANSCRIPT["contracts"].items()}
ACCOUNT = parse_address(TRANSCRIPT["accounts"]["trader"])
HOT = parse_address(TRANSCRIPT["accounts"]["hotKey"])
MARKET = parse_address(TRANSCRIPT["markets"]["eth"]["marketToken"])
WETH, USDC = AT["WETH"], AT["USDC"]
ETH_FEED, USDC_FEED, OTHER_ROUTER, OTHER_MARKET = (Address(f"0x{n:040d}") for n in (71, 72, 73, 74))
LAYOUT = layout_of("2.2")
DAY_S = 86_400

Priced = Callable[[int], Named]


def infos(at: str) -> tuple[Named, ...]:
    """The positions with everything about them, as recorded at that moment."""
    return tuple(LAYOUT.position_infos.outputs_of(hex_bytes(STEP[f"{at}.infoList"]["result"]))["0"])


def open_orders(step: str) -> tuple[Named, ...]:
    return tuple(LAYOUT.orders.outputs_of(hex_bytes(STEP[step]["result"]))["0"])


def changed(wire: Named, **figures: object) -> Named:
    """The same struct with some of its figures, at any depth, as given."""
    found = {name: changed(each, **figures) if isinstance(each, dict) else each for name, each in wire.items()}
    return found | {name: each for name, each in figures.items() if name in wire}


def executes_at(price: int, *, improves: bool = False) -> Priced:
    """Every size at that price of the contracts."""
    names = [part.name for part in methods.Reader.EXECUTION_PRICE.gives[0].parts]
    known = {"executionPrice": price, "balanceWasImproved": improves}
    return lambda size_usd: {name: known.get(name, 0) for name in names}


@value
class Scene:
    """The trader of the recording, delegated to the hot key, and 300,000 US dollars of longs against it."""

    at: str = "one"
    version: str = "2.2"
    operator: Address = HOT
    infos: tuple[Named, ...] | None = None
    others: tuple[Named, ...] = ()
    """Positions of other accounts."""
    orders: tuple[Named, ...] = ()
    market_info: Mapping[str, object] = field(default_factory=dict)
    store: Mapping[bytes, int] = field(default_factory=dict)
    """By the data store's key, what is there instead of the recorded."""
    executes: Priced = executes_at(3000 * 10**12)
    listed: bool = True
    actions: tuple[int, int] = (200, 5)
    """Allowed and done."""
    days: int = 60
    roles: frozenset[tuple[Address, bytes]] = frozenset(
        (router, role)
        for router in (AT["ExchangeRouter"], AT["SubaccountRouter"])
        for role in (CONTROLLER, ROUTER_PLUGIN)
    )
    balance: int = 35_000 * USDC_UNIT
    allowance: int = 20_000 * USDC_UNIT
    eth: int = 3000 * 10**8
    usdc: int = 10**8
    fed_s: int = 60
    """Age of what the feeds say."""
    tickers: object = None
    """JSON of the price service, bytes as they are; None: it is not configured; Unreadable: it is down."""
    rpc: Mapping[str, object] = field(default_factory=dict)
    """By method and parameters as JSON, or by method alone; a function is given the parameters."""
    block: int = 100
    named: Mapping[str, Address] = field(default_factory=dict)
    """What routers and handler name, by method, where it is not what is pinned."""
    unvalued: bool = False
    """The reader reverts for each position."""
    coins_allowance: int = 0
    market: Address = MARKET
    decimals: Mapping[Address, int] = field(default_factory=lambda: {USDC: 6})
    """Of the coins' own contracts; 18 where nothing is said."""
    members: bool = True
    """Of the roles that a rehearsal borrows."""
    siblings: frozenset[Address] = frozenset()
    routers: tuple[Address, ...] = ()
    """Configured ahead of the recorded one."""
    long_token: Address = WETH
    flatten: bool = False
    feed_decimals: int = 8
    coin_decimals: int = 18
    dollar_decimals: int = 6
    """As configured, of the coin's feed, the coin and the collateral."""

    @property
    def now_s(self) -> int:
        return int(STEP[f"{self.at}.infoList"]["ts"])

    @property
    def held(self) -> tuple[Named, ...]:
        return infos(self.at) if self.infos is None else self.infos


def key_of(info: Named) -> bytes:
    at, flags = info["position"]["addresses"], info["position"]["flags"]
    return position_key(at["account"], at["market"], at["collateralToken"], flags["isLong"])
