"""What is seen: one moment of wallets, venues, prices and lanes."""

from typing import Literal

from agent.model.base import Lane, Name, value
from agent.model.reasons import Code, Reason
from agent.units import Base, Price, Ratio, Usd


@value
class Stamp:
    """When and where something was read. Time is the source's own, in milliseconds since 1970."""

    source: Name
    time_ms: int
    block: int | None = None
    block_hash: str | None = None


@value
class Rate:
    """A rate with its interval: 0.0001 per 8 h is not 0.0001 per 1 h. Funding > 0: longs pay, shorts receive."""

    value: Ratio
    interval_s: int


@value
class Market:
    """One perpetual market. Sizes are in units of the underlying, whatever the venue's contract holds."""

    name: Name
    underlying: Name
    lot: Base
    minimum: Usd
    mark: Price
    index: Price
    funding: Rate
    borrow: Rate
    initial_margin: Ratio
    maintenance_margin: Ratio
    fee: Ratio = Ratio(0)
    multiplier: Ratio = Ratio(1)
    depth: tuple[tuple[Base, Price], ...] = ()
    """All-in average price by signed size, smallest first on each side; empty where the venue cannot say."""


@value
class Position:
    market: Name
    size: Base
    entry: Price
    liquidation: Price | None = None
    """The venue's own figure where it has one."""


@value
class OpenOrder:
    id: str
    market: Name
    size: Base
    role: Literal["working", "protective"]
    since_ms: int
    cancels_from_ms: int = 0
    """From then on the venue lets it be cancelled."""


@value
class View:
    """One venue at one moment: our account, its positions and orders, and the markets we may use."""

    venue: Name
    stamp: Stamp
    markets: tuple[Market, ...]
    positions: tuple[Position, ...]
    orders: tuple[OpenOrder, ...]
    equity: Usd
    free: Usd
    """Collateral that backs no position and could leave."""
    reserve: Usd = Usd(0)
    """The operator's float in the venue's collateral token, ready to be posted."""
    reserve_at: str = ""
    """How more of it comes, in words: the coin and the operator's address. Who says the same shares one reserve."""
    open_margin: Usd | None = None
    """What is left as initial margin of more; None where all of the equity counts, unrealised profit included."""
    collateral: tuple["Holding", ...] = ()
    """Coins of ours that the venue holds and that move with their price: exposure like any other."""
    exit_gas: int = 0
    """Gas that closing everything here takes; 0 where gas is not needed."""
    may_trade: bool = True
    """Whether the operator may open positions for the account."""
    exits_only: str | None = None
    """Why the operator should add nothing: what its permission still allows is kept for the way out."""
    halted: str | None = None
    """Why nothing can be traded here now."""
    strange: str | None = None
    """Why the account is not only ours here: nothing in the way of a reduction."""
    disputed: str | None = None
    """Why a second look contradicts this one: nothing in the way of a reduction."""
    full: str | None = None
    """Why the venue takes no more now: nothing in the way of a reduction."""
    remarks: tuple[str, ...] = ()
    """What a reader should know of this look; stands in the way of nothing."""
    own: object = None
    """What the venue itself needs again to compose: read at the same moment, for nobody else."""

    def market(self, name: Name) -> Market:
        return next(market for market in self.markets if market.name == name)

    def size(self, market: Name) -> Base:
        return sum((p.size for p in self.positions if p.market == market), Base(0))

    def working(self, market: Name) -> Base:
        """What sent but unfilled orders would add: a restart must not send them again."""
        return sum((o.size for o in self.orders if o.market == market and o.role == "working"), Base(0))


@value
class Holding:
    """Coins of one underlying, at the rate of the moment. `asset` and `units` say what is really held."""

    where: Name
    underlying: Name
    amount: Base
    asset: str = ""
    units: str = ""
    expires_ms: int | None = None
    """A declared holding counts until then."""


@value
class Held:
    """One wallet (or one declaration) at one moment."""

    wallet: Name
    stamp: Stamp
    holdings: tuple[Holding, ...]


@value
class Quote:
    """A price from outside the venue. `updated_ms` is when its source last set it."""

    source: Name
    underlying: Name
    price: Price
    stamp: Stamp
    updated_ms: int
    max_age_s: int


@value
class Terms:
    """What the next payload of a lane must carry. Fees are wei per gas; 0 where there is no gas."""

    lane: Lane
    stamp: Stamp
    nonce: int
    max_fee: int
    tip: int
    ceiling: int
    """No attempt on a slot may bid more."""
    expires_ms: int
    now_ms: int = 0
    """The source's time now: where nothing happens it is later than the stamp. 0 where nobody can say."""
    gas_balance: int = 0
    """Wei of the lane's key."""
    foreign: str | None = None
    """Why the lane's replay guard is not where our own records would have it: a person must look."""
    quiet_until_ms: int = 0
    """Until then something may still arrive that records which are gone knew of: only exits are signed."""


@value
class Gap:
    """What could not be read, as data: everything that does not depend on it goes on."""

    source: Name
    why: str
    misconfigured: bool = False
    """Trying again will not help: the configuration says otherwise than what is there."""

    @property
    def reason(self) -> Reason:
        code = Code.MISCONFIGURED if self.misconfigured else Code.UNREADABLE
        return Reason(code=code, subject=self.source, value=self.why)


@value
class Snapshot:
    views: tuple[View, ...] = ()
    held: tuple[Held, ...] = ()
    quotes: tuple[Quote, ...] = ()
    terms: tuple[Terms, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def time_ms(self) -> int:
        """The latest moment in it; 0 when nothing could be read."""
        return max((stamp.time_ms for stamp in self.stamps()), default=0)

    def stamps(self) -> tuple[Stamp, ...]:
        return (
            *(view.stamp for view in self.views),
            *(held.stamp for held in self.held),
            *(quote.stamp for quote in self.quotes),
            *(terms.stamp for terms in self.terms),
        )
