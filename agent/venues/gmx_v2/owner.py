"""What only the account itself may sign, as calls ready for a wallet or a Safe."""

from agent.model import Address, OwnerCall
from agent.units import Usd
from agent.venues.gmx_v2.keys import SUBACCOUNT_ORDER_ACTION
from agent.venues.gmx_v2.methods import Erc20, ExchangeRouter, Router, SubaccountRouter
from agent.venues.gmx_v2.orders import create_order, multicall
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import CreateOrderParams

ACTIONS, DAYS = 200, 60
"""Enough for some weeks of hedging; what a stolen key could still do ends with them."""


def delegate(setup: Setup, actions: int, expires_s: int, allowance: Usd | None = None) -> tuple[OwnerCall, ...]:
    """Lets the operator create orders for the account, until then; `actions` counts from the first ever."""
    steps = (
        SubaccountRouter.ADD.data(setup.operator),
        SubaccountRouter.SET_MAX_ACTIONS.data(setup.operator, SUBACCOUNT_ORDER_ACTION, actions),
        SubaccountRouter.SET_EXPIRES_AT.data(setup.operator, SUBACCOUNT_ORDER_ACTION, expires_s),
    )
    added = OwnerCall(
        chain_id=setup.chain_id,
        sender=setup.account,
        to=setup.contracts.subaccount_routers[0],
        data=multicall(*steps),
        why=f"lets {setup.operator} create, change and cancel orders for the account, {actions} in all",
    )
    return (added,) if allowance is None else (added, approve(setup, allowance))


def approve(setup: Setup, allowance: Usd) -> OwnerCall:
    """The most that the operator can turn into collateral."""
    units = allowance.to_int(setup.market.short.decimals)
    return OwnerCall(
        chain_id=setup.chain_id,
        sender=setup.account,
        to=setup.collateral,
        data=Erc20.APPROVE.data(setup.contracts.router, units),
        why=f"lets the exchange take up to {allowance} USD of the account as collateral; orders that are cancelled "
        "use it up, too",
    )


def revoke(setup: Setup) -> OwnerCall:
    return OwnerCall(
        chain_id=setup.chain_id,
        sender=setup.account,
        to=setup.contracts.subaccount_routers[0],
        data=SubaccountRouter.REMOVE.data(setup.operator),
        why=f"takes every permission from {setup.operator}, at once",
    )


def claim(setup: Setup, router: Address) -> OwnerCall:
    return OwnerCall(
        chain_id=setup.chain_id,
        sender=setup.account,
        to=router,
        data=claim_data(setup),
        why="claims the funding that the position has earned, to the account",
    )


def claim_data(setup: Setup) -> bytes:
    market = setup.market
    tokens = tuple(dict.fromkeys((market.long.address, market.short.address)))
    return ExchangeRouter.CLAIM_FUNDING_FEES.data((market.token,) * len(tokens), tokens, setup.account)


def cancel(setup: Setup, router: Address, order_id: str) -> OwnerCall:
    return OwnerCall(
        chain_id=setup.chain_id,
        sender=setup.account,
        to=router,
        data=Router.CANCEL_ORDER.data(bytes.fromhex(order_id.removeprefix("0x"))),
        why=f"cancels order {order_id}: what it holds comes back to the account",
    )


def order(setup: Setup, router: Address, params: CreateOrderParams, why: str) -> OwnerCall:
    """An order by the account's own hand."""
    sent = Router.SEND_WNT.data(setup.contracts.order_vault, params.execution_fee)
    return OwnerCall(
        chain_id=setup.chain_id,
        sender=setup.account,
        to=router,
        data=multicall(sent, create_order(params)),
        value=params.execution_fee,
        why=why,
    )
