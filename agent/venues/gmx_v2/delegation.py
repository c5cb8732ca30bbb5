"""For doctor: are the pins the exchange's own, does the reader answer in its layout, what may the operator do."""

from collections.abc import Iterable, Iterator, Sequence

from agent.errors import Mismatch, Unreadable
from agent.evm import head
from agent.model import Address
from agent.model.findings import Finding, Level
from agent.model.times import DAY_S
from agent.reading import Answers, Reading
from agent.units import Usd
from agent.venues.gmx_v2.keys import CONTROLLER, ROUTER_PLUGIN, SUBACCOUNT_ORDER_ACTION, Keys, Sets
from agent.venues.gmx_v2.layouts import NO_ORDER
from agent.venues.gmx_v2.methods import DataStore, Erc20, ExchangeRouter, OrderHandler, RoleStore
from agent.venues.gmx_v2.pins import anybodys_position
from agent.venues.gmx_v2.routers import low
from agent.venues.gmx_v2.setup import Setup

LOOSE_ACTIONS, LOOSE_S, LOOSE_ALLOWANCE = 1_000, 180 * DAY_S, Usd(1_000_000)
"""Beyond these a stolen key has more room than any hedge needs."""


def examine(setup: Setup, coins: Sequence[Address] = ()) -> Reading[tuple[Finding, ...]]:
    """`coins` are tokens that are hedged: like the market's own, they must be out of the operator's reach."""
    return (
        *(yield from _routers(setup)),
        *(yield from _layout(setup)),
        *((yield from _permission(setup, coins)) if setup.delegated else _alone(setup)),
    )


def _routers(setup: Setup) -> Reading[tuple[Finding, ...]]:
    findings = list[Finding]()
    for router in setup.routers:
        findings += yield from _router(setup, router)
    if not any(finding.level == "ok" for finding in findings):
        findings.append(_finding(setup, "fail", "no pinned router can carry an order"))
    return tuple(findings)


def _router(setup: Setup, router: Address) -> Reading[tuple[Finding, ...]]:
    """Does it still hold its roles, and does it name the contracts that are pinned beside it."""
    source, at = setup.source, setup.contracts
    roles = [RoleStore.HAS_ROLE.at(source, at.role_store, router, role) for role in (CONTROLLER, ROUTER_PLUGIN)]
    pins = {
        ExchangeRouter.DATA_STORE.at(source, router): at.data_store,
        ExchangeRouter.EVENT_EMITTER.at(source, router): at.event_emitter,
        ExchangeRouter.ROUTER.at(source, router): at.router,
    }
    handler = ExchangeRouter.ORDER_HANDLER.at(source, router)
    found = yield (*roles, *pins, handler)
    if wrong := ", ".join(found[read] for read, pin in pins.items() if found[read] != pin):
        return (_finding(setup, "fail", f"router {router} belongs to other contracts: {wrong}"),)
    if not all(found[role] for role in roles):
        return (_finding(setup, "warn", f"router {router} no longer holds its roles: pin the new release's"),)
    return (yield from _handler(setup, found[handler]))


def _handler(setup: Setup, handler: Address) -> Reading[tuple[Finding, ...]]:
    at, source = setup.contracts, setup.source
    vault, referrals = OrderHandler.ORDER_VAULT.at(source, handler), OrderHandler.REFERRAL_STORAGE.at(source, handler)
    found = yield vault, referrals
    pins = {
        "order_vault": (at.order_vault, found[vault]),
        "referral_storage": (at.referral_storage, found[referrals]),
    }
    wrong = {key: pair for key, pair in pins.items() if pair[0] != pair[1]}
    if not wrong:
        return (_finding(setup, "ok", f"orders go to handler {handler}, which still executes them"),)
    return tuple(
        _finding(setup, "fail", f"{key} is pinned to {pin}, but the exchange names {said}")
        for key, (pin, said) in wrong.items()
    )


def _layout(setup: Setup) -> Reading[tuple[Finding, ...]]:
    """The order that never was and anybody's position have their whole length: a wrong layout cannot decode them.

    Raises Mismatch where another layout answers.
    """
    source, at, layout = setup.source, setup.contracts, setup.layout
    order = layout.order.at(source, at.reader, at.data_store, NO_ORDER)
    listed = DataStore.BYTES32S.at(source, at.data_store, Sets.POSITION_LIST(), 0, 1)
    found = yield order, listed
    found[order]
    for key in found[listed]:
        if doubt := (yield from _doubt(setup, key)):
            return (_finding(setup, "warn", f"layout {layout.version} is not proven with a position: {doubt}"),)
    return (_finding(setup, "ok", f"the reader answers in layout {layout.version}"),)


def _doubt(setup: Setup, key: bytes) -> Reading[str | None]:
    info = anybodys_position(setup, key)
    found = yield (info,)
    try:
        found[info]
    except Mismatch:
        raise
    except Unreadable as error:
        return str(error)
    return None


def _permission(setup: Setup, coins: Sequence[Address]) -> Reading[tuple[Finding, ...]]:
    at, source, account, operator = setup.contracts, setup.source, setup.account, setup.operator
    store, action = (source, at.data_store), (account, operator, SUBACCOUNT_ORDER_ACTION)
    now = head(source)
    listed = DataStore.CONTAINS.at(*store, Sets.SUBACCOUNT_LIST(account), operator)
    most = Keys.MAX_ALLOWED_SUBACCOUNT_ACTION_COUNT.at(*store, *action)
    done = Keys.SUBACCOUNT_ACTION_COUNT.at(*store, *action)
    expires = Keys.SUBACCOUNT_EXPIRES_AT.at(*store, *action)
    top_up = Keys.SUBACCOUNT_AUTO_TOP_UP_AMOUNT.at(*store, account, operator)
    allowance = Erc20.ALLOWANCE.at(source, setup.collateral, account, at.router)
    balance = Erc20.BALANCE.at(source, setup.collateral, account)
    apart = {setup.market.long.address, *coins} - {setup.collateral}
    approved = {coin: Erc20.ALLOWANCE.at(source, coin, account, at.router) for coin in sorted(apart)}
    found: Answers = yield now, listed, most, done, expires, top_up, allowance, balance, *approved.values()
    left_s = found[expires] - found[now].time_ms // 1000
    return (
        _posts(setup, setup.dollars(found[balance]), setup.dollars(found[allowance])),
        *_allowed(setup, found[listed], found[most] - found[done], left_s),
        *_loose(setup, found[most] - found[done], left_s, setup.dollars(found[allowance])),
        *_reaches_coins(setup, found[top_up], [coin for coin, read in approved.items() if found[read]]),
        _stolen(setup, setup.dollars(min(found[allowance], found[balance]))),
    )


def _posts(setup: Setup, held: Usd, approved: Usd) -> Finding:
    if not approved:
        said = f"no collateral is approved to the Router {setup.contracts.router}: nothing can be posted"
        way = f"`hedgekeeper gmx delegate --venue {setup.name} --allowance USD` prints the approval"
        return _finding(setup, "warn", f"{said}; {way}")
    said = f"up to {min(held, approved)} USD can be posted: {held} are held, {approved} approved to the Router"
    return _finding(setup, "ok", f"{said}; orders that are cancelled use the approval up, too")


def _allowed(setup: Setup, listed: bool, actions: int, left_s: int) -> Iterator[Finding]:
    hint = f"`hedgekeeper gmx delegate --venue {setup.name}` prints what the account must sign"
    if not listed:
        yield _finding(setup, "fail", f"{setup.operator} is not a subaccount of {setup.account}: {hint}")
    elif actions <= 0 or left_s <= 0:
        yield _finding(setup, "fail", f"the operator's permission is used up or over: {hint}")
    elif few := low(setup, actions, left_s):
        yield _finding(setup, "warn", f"only exits now: {few}")
    else:
        yield _finding(setup, "ok", f"the operator may trade: {actions} actions, {left_s // DAY_S} days left")


def _loose(setup: Setup, actions: int, left_s: int, allowance: Usd) -> Iterator[Finding]:
    if actions > LOOSE_ACTIONS or left_s > LOOSE_S:
        said = (
            f"the permission is loose: {actions} actions, {left_s // DAY_S} days; {LOOSE_ACTIONS} and 180 are plenty"
        )
        yield _finding(setup, "warn", said)
    if allowance > LOOSE_ALLOWANCE:
        yield _finding(setup, "warn", "the Router's allowance of collateral is as good as unlimited: approve a float")


def _reaches_coins(setup: Setup, top_up: int, approved: Iterable[Address]) -> Iterator[Finding]:
    if top_up:
        yield _finding(
            setup, "fail", "auto-top-up is set: the operator's gas would be taken from the account's coins"
        )
    for coin in approved:
        yield _finding(
            setup, "fail", f"the account has approved {coin} to the Router: a stolen key could trade it away"
        )


def _stolen(setup: Setup, reach: Usd) -> Finding:
    """Measured on the real contracts: 304 of 2,000 dollars in two actions, by fees to the thief's address."""
    return _finding(
        setup,
        "warn",
        f"a stolen operator key costs its gas and, by bad trades at high leverage, up to {reach} USD of collateral "
        "and what is in the position; it cannot withdraw and cannot reach spot",
    )


def _alone(setup: Setup) -> tuple[Finding, ...]:
    return (_finding(setup, "warn", "operator and account are one: the hot key owns the collateral"),)


def _finding(setup: Setup, level: Level, says: str) -> Finding:
    return Finding(subject=f"venue {setup.name}", level=level, says=says)
