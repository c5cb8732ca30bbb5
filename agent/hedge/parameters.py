"""What the user wants hedged, and what may be done at all."""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from agent.hedge.policies import Policy
from agent.model import Name, value
from agent.units import Ratio, Usd

DAY_MS = 86_400_000


@value
class Hedge:
    """How one underlying is hedged."""

    underlying: Name
    policy: Policy
    wallets: tuple[Name, ...]
    """Wallets and declarations whose coins of this underlying are hedged; one that is missing stops the hedge."""
    venues: tuple[Name, ...]
    """Where the position may grow, best first."""
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


@value
class Limits:
    """Increases meet every limit; reductions and exits only those that gates/table.py names for them."""

    open_leverage: Ratio = Ratio(2)
    """No increase above it."""
    rescue_leverage: Ratio = Ratio(4)
    """Above it collateral is added from the reserve."""
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
