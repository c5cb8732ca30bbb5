"""For doctor: would a keeper execute an order now? The exchange tells in one call; nothing is signed or sent.

The call creates the order, executes it at our prices, and reverts: with EndOfOracleSimulation where all went well,
else with what the order would be cancelled for. It is made as the account itself, also where an operator trades for
it: what the operator may do is read apart (delegation.py). A call bids nothing for gas, so no execution fee is due.
"""

from collections.abc import Iterator
from dataclasses import replace

from agent.errors import Unreadable
from agent.evm import MAX_UINT256, PIN, rpc
from agent.model import Gap, Market, value, words
from agent.model.findings import Finding, Level
from agent.reading import Answers, Read, Reading, gapped
from agent.units import Base, Price, Usd
from agent.venues.gmx_v2 import reverts
from agent.venues.gmx_v2.errors import Kind
from agent.venues.gmx_v2.forms import Forms
from agent.venues.gmx_v2.keeper import by_token
from agent.venues.gmx_v2.methods import ExchangeRouter, Router, SimulationRouter
from agent.venues.gmx_v2.observe import observe
from agent.venues.gmx_v2.orders import create_order, multicall
from agent.venues.gmx_v2.setup import Setup
from agent.venues.gmx_v2.structs import CreateOrderParams, PositionProps

LATER_S = 60
"""The order is as old as the block that is called at: prices must be younger, and from before it expires."""
NO_FEE = 0
NOTHING_TO_TRY = "no order was tried: there is no position, and nothing approved, or no room, to open one with"


@value
class Trial:
    """An order that would have something done, at about that price."""

    what: str
    done: str
    about: Price
    order: CreateOrderParams


def examine(setup: Setup) -> Reading[tuple[Finding, ...]]:
    """Could each position be closed now; with none, could the smallest short be opened. Never a failure."""
    found = yield from gapped(setup.name, _tried(setup))
    return (_finding(setup, "warn", f"no order was tried: {found.why}"),) if isinstance(found, Gap) else found


def _tried(setup: Setup) -> Reading[tuple[Finding, ...]]:
    view = yield from observe(setup)
    forms = Forms(setup=setup, view=view, ceiling=NO_FEE)
    trials = {_dry_run(forms, trial.order): trial for trial in _trials(forms)}
    if not trials:
        return (_finding(setup, "ok", NOTHING_TO_TRY),)
    found = yield tuple(trials)
    return tuple(_verdict(setup, trial, _error(found, read)) for read, trial in trials.items())


def _trials(forms: Forms) -> Iterator[Trial]:
    yield from (_close(forms, position) for position in forms.own.held)
    if not forms.own.held:
        yield from _open(forms)


def _close(forms: Forms, position: PositionProps) -> Trial:
    """All of it, at any price."""
    name = forms.setup.name_of(position.collateral_token, is_long=position.is_long)
    market, size = forms.view.market(name), forms.setup.coins(position.size_in_tokens)
    order = replace(
        forms.withdrawal(Usd(0)),
        initial_collateral_token=position.collateral_token,
        size_delta_usd=position.size_in_usd,
        acceptable_price=0 if position.is_long else MAX_UINT256,
        is_long=position.is_long,
    )
    return Trial(what=name, done="closed", about=_about(market, size), order=order)


def _about(market: Market, size: Base) -> Price:
    """Of others than our short no price but the mark is known."""
    return next((point.average for point in market.depth if point.size == size), market.mark)


def _open(forms: Forms) -> Iterator[Trial]:
    """The smallest short, at any price, on all that the exchange may take of the account now."""
    setup, market = forms.setup, forms.view.market(forms.setup.market.name)
    smallest = next((each for each in market.depth if -each.size * each.average >= market.minimum), None)
    units = min(forms.own.allowance, forms.view.reserve.to_int(setup.market.short.decimals))
    if smallest and units:
        coins, price = abs(smallest.size), forms.own.prices.index_token_price.min
        order = replace(
            forms.top_up(),
            size_delta_usd=coins.to_int(setup.market.index.decimals) * price,
            initial_collateral_delta_amount=units,
        )
        what = f"a short of {words.coins(coins)} {market.name}"
        yield Trial(what=what, done="opened", about=smallest.average, order=order)


def _dry_run(forms: Forms, order: CreateOrderParams) -> Read[str]:
    setup = forms.setup
    vault, units = setup.contracts.order_vault, order.initial_collateral_delta_amount
    posted = (Router.SEND_TOKENS.data(setup.collateral, vault, units),) if units else ()
    data = multicall(*posted, create_order(order), _simulate(forms))
    call = {"from": setup.account, "to": forms.own.owner_router, "data": f"0x{data.hex()}"}
    return rpc(setup.source, "eth_call", call, PIN, decode=str)


def _simulate(forms: Forms) -> bytes:
    """Of the order that the same call has just created."""
    setup, at_s = forms.setup, forms.view.stamp.time_ms // 1000 + LATER_S
    prices, pinned = by_token(setup, forms.own.prices), setup.contracts.simulation_router
    told = (tuple(prices), tuple(prices.values()), at_s, at_s)
    if not setup.layout.simulation_router:
        return ExchangeRouter.SIMULATE_LATEST_ORDER.data(told)
    if pinned is None:
        raise Unreadable(f"release {setup.layout.version} does it in a router of its own: pin simulation_router")
    data = SimulationRouter.SIMULATE_LATEST_ORDER.data(told)
    return ExchangeRouter.MAKE_EXTERNAL_CALLS.data((pinned,), (data,), (), ())


def _error(found: Answers, read: Read[str]) -> Unreadable:
    try:
        found[read]
    except Unreadable as error:
        return error
    return Unreadable("a dry run that does not revert tells nothing")


def _verdict(setup: Setup, trial: Trial, error: Unreadable) -> Finding:
    why = reverts.read(error.revert)
    if why.simulated:
        return _finding(setup, "ok", f"{trial.what} could be {trial.done} now, at about {words.price(trial.about)}")
    if _unproven(why):
        said = why if error.revert else error
        return _finding(setup, "warn", f"whether {trial.what} could be {trial.done} now is not known: {said}")
    return _finding(setup, "warn", f"{trial.what} could NOT be {trial.done} now: {why}")


def _unproven(why: reverts.Revert) -> bool:
    """Whether the dry run itself failed: in a router that was retired, or by a node that asks for gas in a call."""
    cause = why.cause
    return not cause.data or cause.kind is Kind.FEE or cause.name in ("Unauthorized", "InvalidExternalCallTarget")


def _finding(setup: Setup, level: Level, says: str) -> Finding:
    return Finding(subject=f"venue {setup.name}", level=level, says=says)
