"""Settings in, hedges and limits out."""

from collections.abc import Iterator, Mapping

from agent.errors import ConfigError
from agent.hedge import CarryRule, CostZone, Hedge, Limits, Policy, make_policy
from agent.hedge.policies import Override
from agent.hedge.strangers import ANSWERS
from agent.model import Answer, Cause, Name
from agent.settings import Configuration
from agent.tables import (
    CarrySettings,
    HedgeSettings,
    OnChangeSettings,
    ZoneSettings,
)
from agent.units import Ratio
from agent.wiring.coins import tokens


def hedges(settings: Configuration) -> tuple[Hedge, ...]:
    return tuple(_hedge(settings, name, each) for name, each in settings.hedges.items())


def _hedge(settings: Configuration, name: Name, configured: HedgeSettings) -> Hedge:
    try:
        policy = _policy(configured)
    except ConfigError as error:
        raise ConfigError(f"hedges.{name}: {error}") from None
    return Hedge(
        underlying=name,
        policy=policy,
        wallets=sources(settings, name),
        venues=configured.venues,
        basket=configured.basket,
        basis=configured.basis,
        band=configured.band,
        min_trade=configured.min_trade_usd,
        cooldown_s=configured.cooldown_s,
        horizon_days=configured.horizon_days,
        max_share=configured.max_share,
        tolerance=configured.tie_tolerance,
        cost_zone=_zone(configured.cost_zone),
        review_basis=configured.review_basis,
        calendar=configured.calendar,
        carry=_carry(configured.carry),
        on_change=_on_change(configured.on_change),
        signs=_signs(settings, name),
        forecast=configured.forecast,
    )


def _zone(given: ZoneSettings | None) -> CostZone | None:
    return CostZone(aversion=given.aversion, fixed=given.fixed_usd, widest=given.widest) if given else None


def _carry(given: CarrySettings | None) -> CarryRule | None:
    if given is None:
        return None
    return CarryRule(
        max_cost=given.max_cost_a_year,
        resume=given.max_cost_a_year / Ratio(2) if given.resume_below is None else given.resume_below,
        patience_days=given.patience_days,
        then=given.then,
        ratio=given.ratio,
    )


def _on_change(given: OnChangeSettings) -> Mapping[Cause, Answer]:
    chosen: Mapping[Cause, Answer] = {
        Cause.ADL: given.adl,
        Cause.LIQUIDATION: given.liquidation,
        Cause.TRADE: given.trade,
        Cause.STOP: given.stop,
    }
    return {**ANSWERS, **chosen}


def _policy(configured: HedgeSettings) -> Policy:
    policy, by_hand = make_policy(configured.policy, configured.parameters), configured.override
    return Override(policy=policy, ratio=by_hand.ratio, until=by_hand.until) if by_hand else policy


def sources(settings: Configuration, underlying: Name) -> tuple[Name, ...]:
    """The wallets and declarations that can hold this coin, or one of its basket: one that cannot be read stops this
    hedge and no other."""
    basket = settings.hedges[underlying].basket if underlying in settings.hedges else ()
    found = {coin: tuple(_sources(settings, coin)) for coin in (*basket, underlying)}
    held = tuple(dict.fromkeys(name for names in found.values() for name in names))
    for coin in basket if held else (underlying,):
        if not found[coin]:
            raise ConfigError(f"hedges.{underlying}: no wallet and no declaration holds {coin}: nothing to hedge")
    return held


def _sources(settings: Configuration, underlying: Name) -> Iterator[Name]:
    for name, wallet in settings.wallets.items():
        if any(token.underlying == underlying for token in tokens(settings, wallet.chain, wallet.assets)):
            yield name
    for name, declared in settings.declared.items():
        if declared.underlying == underlying:
            yield name


def limits(settings: Configuration) -> Limits:
    given = settings.limits
    return Limits(
        open_leverage=given.open_leverage,
        rescue_leverage=given.rescue_leverage,
        rescue_runway_days=given.rescue_runway_days,
        rescue_shrinks=given.rescue_shrinks,
        shrink_leverage=given.shrink_leverage,
        answer_hours=given.answer_hours,
        protective_stops=given.protective_stops,
        assumed_volatility=given.assumed_volatility,
        sweep_leverage=given.sweep_leverage,
        max_order=given.max_order_usd,
        max_leg=given.max_order_usd,
        max_daily_turnover=given.max_daily_turnover_usd,
        max_oracle_deviation=given.max_oracle_deviation,
        max_basis=given.max_basis,
        max_slippage=given.max_slippage,
        max_exit_slippage=given.max_exit_slippage,
        max_skew_s=given.max_skew_s,
        max_exposure_jump=given.max_exposure_jump,
        exits_of_gas=given.exits_of_gas,
        max_reverts_per_day=given.max_reverts_per_day,
        max_gas_per_day=given.max_gas_per_day,
        rehearsal_max_age_s=given.rehearsal_max_age_s,
    )


def sequencer_of(chain: Name) -> Name:
    return Name(f"sequencer of {chain}")


def _signs(settings: Configuration, hedge: Name) -> tuple[Name, ...]:
    """Any chain may matter to any hedge: spot, prices and venues are compared."""
    pegs = (name for name, peg in settings.pegs.items() if hedge in (peg.hedges or settings.hedges))
    rollups = (sequencer_of(name) for name, chain in settings.chains.items() if chain.sequencer)
    return (*pegs, *rollups)
