"""What the user wants hedged, and what may be done at all."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Literal

from agent.hedge.carry_rule import CarryRule
from agent.hedge.policies import Policy
from agent.hedge.strangers import ANSWERS
from agent.hedge.zone_rule import CostZone
from agent.model import Answer, Cause, Name, value
from agent.units import Ratio, Usd


@value
class Hedge:
    """How one underlying is hedged."""

    underlying: Name
    policy: Policy
    wallets: tuple[Name, ...]
    """Wallets and declarations whose coins of this underlying are hedged; one that is missing stops the hedge."""
    venues: tuple[Name, ...]
    """Where the position may grow, best first."""
    basket: tuple[Name, ...] = ()
    """Other coins that this hedge covers, by value: theirs is the exposure, too."""
    basis: Literal["units", "notional"] = "units"
    band: Ratio = Ratio("0.02")
    """Half width of the no-trade zone, as a share of the target."""
    min_trade: Usd = Usd(50)
    cooldown_s: int = 300
    """Between two trades that add to the position. Not between the slices of one increase: hedge/slices.py."""
    horizon_days: int = 30
    """For how long the carry of an increase counts beside what its trade costs."""
    max_share: Mapping[Name, Ratio] = field(default_factory=dict)
    """By venue, the most of the target that may stand there; 1 where it is not named."""
    tolerance: Ratio = Ratio("0.01")
    """All-in costs a year that differ by no more count as equal."""
    cost_zone: CostZone | None = None
    """The no-trade zone by cost instead of `band`, once the volatility is known."""
    review_basis: Ratio = Ratio("0.01")
    """|mark / index - 1| beyond which the zone does not count."""
    calendar: frozenset[date] = frozenset()
    """UTC days on which the hedge is brought to its target, zone or not."""
    carry: CarryRule | None = None
    on_change: Mapping[Cause, Answer] = field(default_factory=lambda: ANSWERS)
    """What is done where a position changed without us, by cause."""
    signs: tuple[Name, ...] = ()
    """What must be well before anything is added."""
    forecast: str = "last"
    """What funding is expected to be, for whoever compares costs over the horizon."""

    @property
    def coins(self) -> tuple[Name, ...]:
        """All that count in its exposure, the hedged one first."""
        return (self.underlying, *self.basket)


@value
class Limits:
    """Increases meet every limit; reductions and exits only those that gates/table.py names for them."""

    open_leverage: Ratio = Ratio(2)
    """No increase above it."""
    rescue_leverage: Ratio = Ratio(4)
    """Above it collateral is added from the reserve."""
    rescue_runway_days: Ratio = Ratio(1)
    """A shorter runway starts the rescue, too; 0: never."""
    rescue_shrinks: bool = True
    """Whether a rescue may close a part of the position where the reserve does not suffice."""
    shrink_leverage: Ratio = Ratio(6)
    """Above it no person is waited for: the position shrinks."""
    answer_hours: Ratio = Ratio(8)
    """How long a person may need to answer: with less runway the position shrinks."""
    protective_stops: bool = False
    """Whether a stop order rests between the rescue and the liquidation price of each short: hedge/stops.py."""
    assumed_volatility: Ratio = Ratio("0.8")
    """A year, of a coin whose closes are not recorded."""
    sweep_leverage: Ratio = Ratio("0.5")
    """Below it collateral could go home."""
    max_order: Usd = Usd(50_000)
    max_leg: Usd = Usd(50_000)
    """What the plan of one round may move at one venue."""
    max_daily_turnover: Usd = Usd(200_000)
    max_oracle_deviation: Ratio = Ratio("0.01")
    max_basis: Ratio = Ratio("0.03")
    max_slippage: Ratio = Ratio("0.01")
    """Of a rebalance against the price of a very small one, fees included."""
    max_exit_slippage: Ratio = Ratio("0.05")
    max_skew_s: int = 30
    max_exposure_jump: Ratio = Ratio("0.5")
    exits_of_gas: int = 3
    """How often the operator must be able to close everything at the fee ceiling."""
    max_reverts_per_day: int = 3
    max_gas_per_day: Ratio = Ratio("0.2")
    """In the chain's own coin, keepers' fees included."""
    order_patience_s: int = 300
    """A working order older than this is cancelled."""
    rehearsal_max_age_s: int = 120
