"""What is seen: one moment of wallets, venues, prices and lanes."""

from typing import Literal, Self

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
class DepthPoint:
    """What a trade of one signed size would fetch, fees included."""

    size: Base
    average: Price
    """Of all its coins: what the trade costs."""
    bound: Price
    """What a price bound must allow for all of it to fill: the price of its last coin where the venue holds each fill
    to the bound, the average where it holds the trade as a whole. Never better than the average."""

    @classmethod
    def whole(cls, size: Base, average: Price) -> Self:
        """Where a bound is on the trade as a whole."""
        return cls(size=size, average=average, bound=average)


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
    depth: tuple[DepthPoint, ...] = ()
    """Smallest first on each side, neither price better than before; empty where the venue cannot say."""


@value
class Position:
    market: Name
    size: Base
    entry: Price
    liquidation: Price | None = None
    """The venue's own figure where it has one."""
    margin: Usd | None = None
    """What backs this position alone; None where all of the account does."""


@value
class OpenOrder:
    id: str
    market: Name
    size: Base
    role: Literal["working", "protective"]
    since_ms: int
    cancels_from_ms: int = 0
    """From then on the venue lets it be cancelled."""
    trigger: Price | None = None
    """Of a protective order: where it fires."""


@value
class Allowance:
    """What the owner of the collateral has approved the venue to take of it. An order that is cancelled uses it up,
    too: the coins come back, the approval does not."""

    approved: Usd
    held: Usd
    """By the owner, approved or not."""
    coin: str
    """In words: the coin and whose it is."""
    spender: str


@value
class View:
    """One venue at one moment: our account, its positions and orders, and the markets we may use."""

    venue: Name
    stamp: Stamp
    markets: tuple[Market, ...]
    positions: tuple[Position, ...]
    orders: tuple[OpenOrder, ...]
    equity: Usd
    free: Usd | None
    """Collateral that backs no position and could leave; None where all that is posted belongs to a position."""
    reserve: Usd = Usd(0)
    """The operator's float in the venue's collateral token, ready to be posted."""
    reserve_at: str = ""
    """How more of it comes, in words: the coin and the operator's address. Who says the same shares one reserve."""
    allowance: Allowance | None = None
    """None where the reserve needs nobody's approval."""
    open_margin: Usd | None = None
    """What is left as initial margin of more; None where all of the equity counts, unrealised profit included."""
    collateral: tuple["Holding", ...] = ()
    """Coins of ours that the venue holds and that move with their price: exposure like any other."""
    exit_gas: int = 0
    """Gas that closing everything here takes; 0 where gas is not needed."""
    latency_s: int = 0
    """Typical seconds until an order of ours takes effect: a block, a keeper, an answer."""
    stops: bool = False
    """Whether a stop order can rest here."""
    may_trade: bool = True
    """Whether the operator may open positions for the account."""
    exits_only: str | None = None
    """Why the operator should add nothing: what its permission still allows is kept for the way out."""
    halted: str | None = None
    """Why nothing can be traded here now."""
    strange: str | None = None
    """Why the account is not only ours here: nothing in the way of a reduction."""
    unconfigured: str | None = None
    """Positions of the account in markets that the configuration does not name: nothing here can close them."""
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
class Sign:
    """Something outside that must be well before anything is added: a peg, a sequencer."""

    name: Name
    stamp: Stamp
    code: Code
    """What is said when it is not."""
    wrong: bool
    found: str
    limit: str


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
    signs: tuple[Sign, ...] = ()
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
