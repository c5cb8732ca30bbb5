"""What is wanted: hedges and the rules they follow, and what may be done at all."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from agent.fields import (
    PartField,
    PositiveRatio,
    PositiveUsd,
    RatioField,
    Settings,
    ShareField,
    UsdField,
    ZoneField,
)
from agent.model import Answer, Name
from agent.units import Ratio, Usd


class CarrySettings(Settings):
    """What holding the short may cost, and what is done when it costs more."""

    max_cost_a_year: PositiveRatio = Field(description="of the notional: what a short pays, funding and borrow")
    resume_below: RatioField | None = Field(
        default=None, description="the cost below which all is well again: half of max_cost_a_year by default"
    )
    patience_days: int = Field(default=3, ge=1, le=30, description="whole days whose mean counts")
    then: Literal["tell", "reduce", "close", "roll"] = Field(
        default="tell",
        description="only say so; reduce to `ratio` or close while no venue is cheaper; or roll to one that is",
    )
    ratio: RatioField = Field(default=Ratio(0), description="for reduce: the share of the exposure that stays hedged")

    @model_validator(mode="after")
    def _makes_sense(self) -> "CarrySettings":
        if self.resume_below is not None and self.resume_below >= self.max_cost_a_year:
            raise ValueError("resume_below must be less than max_cost_a_year: between the two nothing changes")
        if (self.then == "reduce") != (Ratio(0) < self.ratio < Ratio(1)):
            raise ValueError('then = "reduce" and a `ratio` between 0 and 1 belong together')
        return self


class ZoneSettings(Settings):
    """A no-trade zone by what a trade costs and what being off the target risks."""

    aversion: PositiveRatio = Field(
        default=Ratio(1), description="what a variance of 1 a year costs, in shares of the hedged value"
    )
    fixed_usd: UsdField = Field(default=Usd(1), description="gas and keeper of one trade")
    widest: ZoneField = Field(default=Ratio("0.1"), description="of the target: no estimate makes it wider")


class OverrideSettings(Settings):
    """A person's word above any policy, to the end of that day in UTC."""

    ratio: RatioField = Field(description="of the exposure")
    until: date = Field(description="the last day")


class OnChangeSettings(Settings):
    """What is done where a position changed without us, by what the venue says happened: docs/changes.md."""

    adl: Answer = Field(default="rehedge", description="the venue deleveraged: the hedge goes on from what is left")
    liquidation: Answer = Field(default="ask", description="the margin was used up: nothing is added, a person looks")
    trade: Answer = Field(default="ask", description="somebody traded with the account")
    stop: Answer = Field(default="ask", description="a stop order of the account fired")


class HedgeSettings(Settings):
    """How one underlying is hedged."""

    policy: str = Field(default="full", description="how much of the exposure is hedged: a policy by name")
    parameters: Mapping[str, object] = Field(default_factory=dict, description="of the policy: docs/policies.md")
    override: OverrideSettings | None = Field(default=None, description="a ratio by hand, above the policy")
    basket: tuple[Name, ...] = Field(
        default=(), description="other coins that this hedge covers, by their worth: each needs an outside price"
    )
    basis: Literal["units", "notional"] = Field(default="units", description="same coins, or same dollars")
    band: ZoneField = Field(default=Ratio("0.02"), description="no-trade zone around the target, as a share of it")
    cost_zone: ZoneSettings | None = Field(
        default=None, description="the zone by cost instead of `band`, once 20 days of prices are recorded"
    )
    review_basis: ShareField = Field(
        default=Ratio("0.01"), description="mark against index: beyond it the hedge goes to its target, band or not"
    )
    calendar: frozenset[date] = Field(
        default=frozenset(), description="UTC days on which it goes to its target, band or not"
    )
    carry: CarrySettings | None = Field(default=None, description="a limit on what holding the short costs")
    on_change: OnChangeSettings = Field(
        default_factory=OnChangeSettings, description="where the position changed without us: go on, hold, or ask"
    )
    forecast: Literal["last", "moving-average", "ar1", "best"] = Field(
        default="last",
        description="funding over the horizon; another than last counts only while it beats that on the record",
    )
    min_trade_usd: UsdField = Field(default=Usd(50), description="smaller trades are not worth making")
    cooldown_s: int = Field(default=300, ge=0, description="between two trades that add to the position")
    venues: tuple[Name, ...] = Field(min_length=1, description="in order of preference")
    horizon_days: int = Field(
        default=30,
        gt=0,
        le=365,
        description="how long funding and borrow count when venues are compared",
    )
    max_share: Mapping[Name, PartField] = Field(
        default_factory=dict,
        description="by venue, the most of the target that may stand there: all by default",
    )
    tie_tolerance: RatioField = Field(
        default=Ratio("0.01"), description="venues whose all-in cost a year differs by no more count as equal"
    )

    @model_validator(mode="after")
    def _can_roll(self) -> "HedgeSettings":
        if self.carry and self.carry.then == "roll" and len(self.venues) == 1:
            raise ValueError('carry: then = "roll" needs a second venue to go to')
        return self

    @model_validator(mode="after")
    def _shares_suffice(self) -> "HedgeSettings":
        for venue in self.max_share:
            if venue not in self.venues:
                raise ValueError(f"max_share: {venue!r} is none of its venues ({', '.join(self.venues)})")
        most = sum((self.max_share.get(venue, Ratio(1)) for venue in self.venues), Ratio(0))
        if most < Ratio(1):
            raise ValueError(f"max_share: its venues may hold {most} of the target together: the rest has no place")
        return self


class LimitSettings(Settings):
    """What may be done at all. Increases meet every limit; reducing and flattening only those that protect them."""

    open_leverage: PositiveRatio = Field(default=Ratio(2), description="no increase above it")
    rescue_leverage: PositiveRatio = Field(default=Ratio(4), description="above it collateral is added")
    rescue_runway_days: RatioField = Field(
        default=Ratio(1), description="with less runway to the liquidation price, too; 0: by leverage alone"
    )
    rescue_shrinks: bool = Field(
        default=True, description="close a part of the position where the reserve does not suffice"
    )
    shrink_leverage: PositiveRatio = Field(
        default=Ratio(6), description="above it a position in danger shrinks, and nobody is waited for"
    )
    answer_hours: RatioField = Field(
        default=Ratio(8), description="a person may need so long: with less runway a position in danger shrinks"
    )
    protective_stops: bool = Field(
        default=False, description="keep a stop order between the rescue and the liquidation price of each short"
    )
    assumed_volatility: PositiveRatio = Field(
        default=Ratio("0.8"), description="a year, for the runway of a coin without recorded closes"
    )
    sweep_leverage: PositiveRatio = Field(default=Ratio("0.5"), description="below it collateral could go home")
    max_order_usd: PositiveUsd = Field(default=Usd(50_000), description="one order; larger changes go in slices")
    max_daily_turnover_usd: PositiveUsd = Field(default=Usd(200_000), description="in any 24 hours")
    max_oracle_deviation: ShareField = Field(default=Ratio("0.01"), description="venue against outside price")
    max_basis: ShareField = Field(default=Ratio("0.03"), description="mark against index, for increases")
    max_slippage: ShareField = Field(default=Ratio("0.01"), description="of a rebalance, fees included")
    max_exit_slippage: ShareField = Field(default=Ratio("0.05"), description="of a flatten, fees included")
    max_skew_s: int = Field(default=30, gt=0, description="between the sources of one snapshot")
    max_exposure_jump: PositiveRatio = Field(default=Ratio("0.5"), description="beyond it a person must adopt it")
    exits_of_gas: int = Field(default=3, ge=1, description="exits at the fee ceiling that gas must always pay for")
    max_reverts_per_day: int = Field(
        default=3, ge=1, description="and orders that a keeper cancels: then the lane waits for a person"
    )
    max_gas_per_day: PositiveRatio = Field(
        default=Ratio("0.2"),
        description="of the chain's own coin, keepers' fees included: beyond it nothing is added",
    )
    rehearsal_max_age_s: int = Field(default=120, gt=0, description="an older rehearsal is done again")

    @model_validator(mode="after")
    def _levels_in_order(self) -> "LimitSettings":
        if not self.sweep_leverage < self.open_leverage < self.rescue_leverage:
            raise ValueError("the levels must rise: sweep_leverage < open_leverage < rescue_leverage")
        return self
