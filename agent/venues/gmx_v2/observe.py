"""The account and its market at one moment, in two batches: what stands there, then what it is worth."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from agent.model import Address, Allowance, Market, View, value
from agent.reading import Answers, Read, Reading
from agent.venues.gmx_v2 import market, pins, prices
from agent.venues.gmx_v2.execution import CREATE_GAS, ExecutionGas
from agent.venues.gmx_v2.exposure import holdings, posted_on_the_way
from agent.venues.gmx_v2.pending import open_orders
from agent.venues.gmx_v2.positions import equity, positions
from agent.venues.gmx_v2.reads import (
    account_reads,
    gas_reads,
    market_reads,
    questions,
    router_reads,
    switch_reads,
)
from agent.venues.gmx_v2.routers import Carriage, carriage, denied, exits_only, may_trade
from agent.venues.gmx_v2.seen import Asked, Seen, held_in
from agent.venues.gmx_v2.setup import LATENCY_S, Setup
from agent.venues.gmx_v2.structs import MarketPrices, OrderProps, OrderType, PositionInfo, PositionProps
from agent.venues.gmx_v2.valuation import ValueReads, value_reads

MARKET_INCREASE, MARKET_DECREASE = OrderType.MARKET_INCREASE, OrderType.MARKET_DECREASE


@value
class Own:
    """What compose needs again, exactly as it was read."""

    carriage: Carriage | None
    gas: ExecutionGas
    held: tuple[PositionProps, ...]
    prices: MarketPrices
    orders: tuple[tuple[bytes, OrderProps], ...]
    allowance: int
    denied: str | None
    """Why the exchange would refuse the operator."""
    actions_done: int
    """By the operator, ever."""
    owner_router: Address
    """For what the account itself does."""


def observe(setup: Setup, given: MarketPrices | None = None) -> Reading[View]:
    """With prices `given`, at those: a look at a fork, where no price service answers and the pins are known."""
    seen, unproven = yield from (_looked(setup) if given is None else _looked_at(setup, given))
    values, carries = value_reads(seen, market.ladder(seen)), carriage(seen, setup.routers)
    switches = {kind: _switches(setup, carries, kind) for kind in (MARKET_INCREASE, MARKET_DECREASE)}
    second = yield (*values.questions(), *unproven, *(read for reads in switches.values() for read in reads))
    pins.prove(unproven, second)
    off = frozenset(kind for kind, reads in switches.items() if any(second[read] for read in reads))
    return _view(seen, values, second, carries, off)


def _looked(setup: Setup) -> Reading[tuple[Seen, tuple[Read[PositionInfo], ...]]]:
    """The first batch. What it shows of the layout is in it, and what the second one has to show beside that."""
    asked, pinned = _asked(setup), pins.pin_reads(setup)
    found = yield (*_questions(asked), *questions(pinned), *prices.reads(setup))
    pins.check(setup, pinned, found, asked.account.positions)
    priced = prices.prices(setup, found, held_in(setup, found[asked.account.positions]))
    seen = Seen(setup=setup, asked=asked, found=found, priced=priced)
    return seen, () if seen.held else pins.unproven(setup, pinned, found)


def _looked_at(setup: Setup, given: MarketPrices) -> Reading[tuple[Seen, tuple[Read[PositionInfo], ...]]]:
    asked = _asked(setup)
    found = yield _questions(asked)
    return Seen(setup=setup, asked=asked, found=found, priced=prices.Priced(wire=given, origin="the plan")), ()


def _asked(setup: Setup) -> Asked:
    return Asked(
        account=account_reads(setup), gas=gas_reads(setup), market=market_reads(setup), routers=router_reads(setup)
    )


def _questions(asked: Asked) -> tuple[Read[Any], ...]:
    return questions(asked.account, asked.gas, asked.market, *asked.routers.values())


def _switches(setup: Setup, carries: Carriage | None, kind: OrderType) -> tuple[Read[bool], ...]:
    return switch_reads(setup, carries.router, carries.handler, kind) if carries else ()


def _view(
    seen: Seen, values: ValueReads, second: Answers, carries: Carriage | None, off: frozenset[OrderType]
) -> View:
    setup, infos = seen.setup, tuple(second[read] for read in values.positions.values())
    gas = seen.execution_gas()
    return View(
        venue=setup.name,
        stamp=seen.found[seen.account.now],
        markets=_markets(seen, market.to_market(seen, values, second)),
        positions=tuple(positions(seen, infos)),
        orders=tuple(open_orders(seen)),
        equity=equity(seen, infos) + posted_on_the_way(seen),
        free=None,
        reserve=setup.dollars(_reserve(seen)),
        reserve_at=f"collateral {setup.collateral} to account {setup.account} on {setup.source}",
        allowance=_allowance(seen) if setup.delegated else None,
        collateral=holdings(seen, infos),
        exit_gas=(CREATE_GAS + max(gas.for_increase(), gas.for_decrease())) * max(1, len(seen.held)),
        latency_s=LATENCY_S,
        stops=True,
        may_trade=may_trade(seen),
        exits_only=exits_only(seen),
        halted="; ".join(_stopped(seen, carries, off)) or None,
        strange="; ".join(_strange(seen)) or None,
        unconfigured="; ".join(_unconfigured(seen)) or None,
        full="; ".join((*market.full(seen), *_closed(off))) or None,
        remarks=tuple(_remarks(seen)),
        own=Own(
            carriage=carries,
            gas=gas,
            held=seen.held,
            prices=seen.priced.wire,
            orders=seen.orders,
            allowance=seen.found[seen.account.allowance],
            denied=denied(seen) if setup.delegated else None,
            actions_done=seen.found[seen.account.actions_done],
            owner_router=_owner_router(seen),
        ),
    )


def _markets(seen: Seen, ours: Market) -> tuple[Market, ...]:
    """Ours, and one for each position that is not: it counts, and it can be closed."""
    named = (seen.setup.name_of(each.collateral_token, is_long=each.is_long) for each in seen.held)
    return (ours, *(replace(ours, name=name, depth=()) for name in named if name != ours.name))


def _reserve(seen: Seen) -> int:
    """What can become collateral: an operator moves no more than the account has approved; the account approves
    itself."""
    balance, allowance = seen.found[seen.account.balance], seen.found[seen.account.allowance]
    return min(balance, allowance) if seen.setup.delegated else balance


def _allowance(seen: Seen) -> Allowance:
    setup = seen.setup
    return Allowance(
        approved=setup.dollars(seen.found[seen.account.allowance]),
        held=setup.dollars(seen.found[seen.account.balance]),
        coin=f"collateral {setup.collateral} of account {setup.account} on {setup.source}",
        spender=f"the exchange's Router {setup.contracts.router}, "
        f"by `hedgekeeper gmx delegate --venue {setup.name} --allowance`",
    )


def _owner_router(seen: Seen) -> Address:
    """Where none holds its roles the newest is named: the account's wallet will say what is wrong."""
    routers = seen.setup.contracts.exchange_routers
    carries = carriage(seen, routers)
    return carries.router if carries else routers[0]


def _stopped(seen: Seen, carries: Carriage | None, off: frozenset[OrderType]) -> Iterator[str]:
    """A position that cannot be reduced is not added to either."""
    if seen.found[seen.market.disabled]:
        yield f"market {seen.setup.market.name} is disabled"
    if carries is None:
        routers = ", ".join(seen.setup.routers)
        yield f"no configured router holds its roles any more ({routers}): pin the new release's, doctor helps"
    if MARKET_DECREASE in off:
        yield "the exchange has switched off what reduces positions"


def _closed(off: frozenset[OrderType]) -> Iterator[str]:
    if MARKET_INCREASE in off:
        yield "the exchange has switched off what adds to positions"


def _strange(seen: Seen) -> Iterator[str]:
    """Why the account is not only ours."""
    for position in seen.held:
        if not seen.manages(position):
            side = "long" if position.is_long else "short"
            yield f"the account has a {side} with collateral {position.collateral_token} here, which is not ours"


def _unconfigured(seen: Seen) -> Iterator[str]:
    known = {seen.setup.market.token, *seen.setup.siblings}
    for position in seen.found[seen.account.positions]:
        if position.market not in known:
            side = "long" if position.is_long else "short"
            yield f"the account has a {side} in market {position.market}"


def _remarks(seen: Seen) -> Iterator[str]:
    if seen.priced.silent:
        yield f"valued at {seen.priced.origin}, because {seen.priced.silent}"
    if seen.priced.stale:
        yield "a keeper cancels the order where the market is by now beyond limits.max_exit_slippage: raise it then"
    for key, order in seen.orders:
        if order.is_frozen:
            yield f"order 0x{key.hex()} is frozen: no keeper executes it before it is changed or cancelled"
