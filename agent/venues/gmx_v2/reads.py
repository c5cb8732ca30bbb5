"""The questions that one look at the exchange asks: what stands there first, then what it is worth at our prices."""

from dataclasses import fields
from typing import Any

from agent.evm import head
from agent.model import Address, Stamp, value
from agent.reading import Read
from agent.venues.gmx_v2.keys import CONTROLLER, ROUTER_PLUGIN, SUBACCOUNT_ORDER_ACTION, Keys, Sets
from agent.venues.gmx_v2.methods import DataStore, Erc20, ExchangeRouter, RoleStore
from agent.venues.gmx_v2.pins import PinReads
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import OrderInfo, OrderType, PositionProps

_LONG, _SHORT = True, False
MANY = 1000
"""Past the end of any list: a shorter one would hide what stands behind it."""


@value
class RouterReads:
    """About one router that could carry orders of the operator, or of the account's own hand."""

    handler: Read[Address]
    controls: Read[bool]
    spends: Read[bool]


@value
class AccountReads:
    """About the account and its operator."""

    now: Read[Stamp]
    orders: Read[tuple[OrderInfo, ...]]
    """Asked before the positions: a node that moves on between them shows an order twice rather than not at all."""
    positions: Read[tuple[PositionProps, ...]]
    balance: Read[int]
    allowance: Read[int]
    listed: Read[bool]
    actions_most: Read[int]
    actions_done: Read[int]
    expires_s: Read[int]
    claimable_long: Read[int]
    claimable_short: Read[int]


@value
class GasReads:
    """What keepers are paid by."""

    base: Read[int]
    per_price: Read[int]
    multiplier: Read[int]
    increase: Read[int]
    decrease: Read[int]


@value
class MarketReads:
    """About the market, for shorts."""

    disabled: Read[bool]
    request_expiry_s: Read[int]
    least_collateral: Read[int]
    least_size: Read[int]
    collateral_factor: Read[int]
    collateral_factor_by_interest: Read[int]
    liquidation_factor: Read[int]
    liquidation_impact: Read[int]
    most_interest: Read[int]
    reserve_factor: Read[int]
    interest_reserve_factor: Read[int]
    pool: Read[int]
    short_by_long: Read[int]
    short_by_short: Read[int]
    long_by_long: Read[int]
    long_by_short: Read[int]
    fee_worse: Read[int]
    fee_better: Read[int]


def router_reads(setup: Setup) -> dict[Address, RouterReads]:
    source, roles = setup.source, setup.contracts.role_store
    return {
        router: RouterReads(
            handler=ExchangeRouter.ORDER_HANDLER.at(source, router),
            controls=RoleStore.HAS_ROLE.at(source, roles, router, CONTROLLER),
            spends=RoleStore.HAS_ROLE.at(source, roles, router, ROUTER_PLUGIN),
        )
        for router in dict.fromkeys((*setup.routers, *setup.contracts.exchange_routers))
    }


def account_reads(setup: Setup) -> AccountReads:
    at, source, account, layout = setup.contracts, setup.source, setup.account, setup.layout
    store, market = (source, at.data_store), setup.market
    permission = (account, setup.operator, SUBACCOUNT_ORDER_ACTION)
    listing = Sets.SUBACCOUNT_LIST(account)
    return AccountReads(
        now=head(source),
        orders=layout.orders.at(source, at.reader, at.data_store, account, 0, MANY),
        positions=layout.positions.at(source, at.reader, at.data_store, account, 0, MANY),
        balance=Erc20.BALANCE.at(source, setup.collateral, account),
        allowance=Erc20.ALLOWANCE.at(source, setup.collateral, account, at.router),
        listed=DataStore.CONTAINS.at(*store, listing, setup.operator),
        actions_most=Keys.MAX_ALLOWED_SUBACCOUNT_ACTION_COUNT.at(*store, *permission),
        actions_done=Keys.SUBACCOUNT_ACTION_COUNT.at(*store, *permission),
        expires_s=Keys.SUBACCOUNT_EXPIRES_AT.at(*store, *permission),
        claimable_long=Keys.CLAIMABLE_FUNDING_AMOUNT.at(*store, market.token, market.long.address, account),
        claimable_short=Keys.CLAIMABLE_FUNDING_AMOUNT.at(*store, market.token, market.short.address, account),
    )


def gas_reads(setup: Setup) -> GasReads:
    store = (setup.source, setup.contracts.data_store)
    return GasReads(
        base=Keys.ESTIMATED_GAS_FEE_BASE_AMOUNT_V2_1.at(*store),
        per_price=Keys.ESTIMATED_GAS_FEE_PER_ORACLE_PRICE.at(*store),
        multiplier=Keys.ESTIMATED_GAS_FEE_MULTIPLIER_FACTOR.at(*store),
        increase=Keys.INCREASE_ORDER_GAS_LIMIT.at(*store),
        decrease=Keys.DECREASE_ORDER_GAS_LIMIT.at(*store),
    )


def market_reads(setup: Setup) -> MarketReads:
    store, token = (setup.source, setup.contracts.data_store), setup.market.token
    long, short = setup.market.long.address, setup.market.short.address
    return MarketReads(
        disabled=Keys.IS_MARKET_DISABLED.at(*store, token),
        request_expiry_s=Keys.REQUEST_EXPIRATION_TIME.at(*store),
        least_collateral=Keys.MIN_COLLATERAL_USD.at(*store),
        least_size=Keys.MIN_POSITION_SIZE_USD.at(*store),
        collateral_factor=Keys.MIN_COLLATERAL_FACTOR.at(*store, token),
        collateral_factor_by_interest=Keys.MIN_COLLATERAL_FACTOR_FOR_OPEN_INTEREST_MULTIPLIER.at(
            *store, token, _SHORT
        ),
        liquidation_factor=Keys.MIN_COLLATERAL_FACTOR_FOR_LIQUIDATION.at(*store, token),
        liquidation_impact=Keys.MAX_POSITION_IMPACT_FACTOR_FOR_LIQUIDATIONS.at(*store, token),
        most_interest=Keys.MAX_OPEN_INTEREST.at(*store, token, _SHORT),
        reserve_factor=Keys.RESERVE_FACTOR.at(*store, token, _SHORT),
        interest_reserve_factor=Keys.OPEN_INTEREST_RESERVE_FACTOR.at(*store, token, _SHORT),
        pool=Keys.POOL_AMOUNT.at(*store, token, short),
        short_by_long=Keys.OPEN_INTEREST.at(*store, token, long, _SHORT),
        short_by_short=Keys.OPEN_INTEREST.at(*store, token, short, _SHORT),
        long_by_long=Keys.OPEN_INTEREST.at(*store, token, long, _LONG),
        long_by_short=Keys.OPEN_INTEREST.at(*store, token, short, _LONG),
        fee_worse=Keys.POSITION_FEE_FACTOR.at(*store, token, False),
        fee_better=Keys.POSITION_FEE_FACTOR.at(*store, token, True),
    )


def switch_reads(setup: Setup, router: Address, handler: Address, kind: OrderType) -> tuple[Read[bool], ...]:
    """Each of them stops orders of that kind: nobody creates one, nobody executes one, no operator does anything."""
    store = (setup.source, setup.contracts.data_store)
    return (
        Keys.CREATE_ORDER_FEATURE_DISABLED.at(*store, handler, int(kind)),
        Keys.EXECUTE_ORDER_FEATURE_DISABLED.at(*store, handler, int(kind)),
        *((Keys.SUBACCOUNT_FEATURE_DISABLED.at(*store, router),) if setup.delegated else ()),
    )


def questions(*groups: AccountReads | GasReads | MarketReads | RouterReads | PinReads) -> tuple[Read[Any], ...]:
    return tuple(getattr(group, field.name) for group in groups for field in fields(group))
