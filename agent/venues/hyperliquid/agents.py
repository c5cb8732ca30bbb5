"""For doctor: whose key the operator is, what it may do and until when, and how the account is set."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from agent.model.findings import Finding, Level
from agent.model.times import DAY_MS
from agent.reading import Reading
from agent.units import Ratio
from agent.venues.hyperliquid import precompiles
from agent.venues.hyperliquid.info import ask, number
from agent.venues.hyperliquid.modes import NOTHING, PORTFOLIO, STANDARD, UNIFIED, USDC
from agent.venues.hyperliquid.reads import account_read, reads
from agent.venues.hyperliquid.setup import TAKER_FEE, Setup
from agent.venues.hyperliquid.structs import Account, Balance

SOON_MS = 14 * DAY_MS
LITTLE = 500
"""Actions left of the address's budget that a busy day could need."""


def examine(setup: Setup) -> Reading[tuple[Finding, ...]]:
    """Costs some 200 of the minute's 1,200: for a person who asks, never for a run."""
    source, user = setup.source, setup.account.lower()
    asked, now, second = reads(setup), account_read(setup), precompiles.reads(setup)
    account = ask(source, _to_role, type="userRole", user=user)
    operator = ask(source, _to_role, type="userRole", user=setup.operator.lower())
    fee = ask(source, _to_fee, type="userFees", user=user)
    left = asked.actions_left
    ours = (now, asked.mode, asked.balances, asked.agents, asked.universe)
    found = yield *ours, account, operator, fee, left, *second.all()
    ends = next((each.until_ms for each in found[asked.agents] if each.address == setup.operator.lower()), None)
    return (
        *_account(setup, found[account]),
        *_operator(setup, found[operator], ends, found[now].time_ms),
        *_mode(setup, found[asked.mode]),
        *_costs(setup, found[fee], found[left]),
        *_second(setup, second.compared(found, found[now], found[asked.universe])),
        _stolen(setup, _worth(found[asked.mode], found[now], found[asked.balances])),
    )


def _account(setup: Setup, role: Mapping[str, Any]) -> Iterator[Finding]:
    kind = role["role"]
    if kind == "agent":
        said = (
            f"account {setup.account} is an agent of {role['data']['user']}: name that one, or it always looks empty"
        )
        yield _finding(setup, "fail", said)
    elif kind == "missing":
        yield _finding(setup, "fail", f"the exchange does not know account {setup.account}: deposit first")
    elif (kind == "subAccount") != (setup.settings.master is not None):
        said = f"account {setup.account} is a {kind}: `master` is for sub-accounts, and they need it"
        yield _finding(setup, "fail", said)
    else:
        yield _finding(setup, "ok", f"account {setup.account} is a {kind}")


def _operator(setup: Setup, role: Mapping[str, Any], ends_ms: int | None, now_ms: int) -> Iterator[Finding]:
    """What an agent may sign: orders, cancellations, leverage, isolated margin. No transfer, no withdrawal."""
    hint = "`hedgekeeper hyperliquid approve-agent` makes a new one"
    if setup.operator == setup.account:
        yield _finding(setup, "fail", "the operator's key is the account's own: it can withdraw; use an agent")
    elif role["role"] != "agent":
        yield _finding(setup, "fail", f"operator {setup.operator} is no agent of anyone (or no more): {hint}")
    elif (master := role["data"]["user"].lower()) != setup.settings.owner.lower():
        said = f"operator {setup.operator} is an agent of {master}, not of {setup.settings.owner}: {hint}"
        yield _finding(setup, "fail", said)
    elif ends_ms is not None and ends_ms - now_ms < SOON_MS:
        yield _finding(setup, "warn", f"the agent ends in {(ends_ms - now_ms) // DAY_MS} days: {hint}")
    else:
        until = f"for {(ends_ms - now_ms) // DAY_MS} days" if ends_ms is not None else "without an end"
        yield _finding(setup, "ok", f"the operator is an agent {until}: it trades, and cannot withdraw")


def _mode(setup: Setup, mode: str) -> Iterator[Finding]:
    if mode in STANDARD:
        yield _finding(setup, "ok", "the account is in standard mode")
    elif mode == UNIFIED:
        yield _finding(setup, "warn", "the account is unified: 50,000 actions a day at most; standard is simpler")
    else:
        what = "portfolio margin" if mode == PORTFOLIO else f"mode {mode!r}"
        yield _finding(setup, "fail", f"the account is in {what}, whose margin is not computed here")


def _costs(setup: Setup, fee: Decimal, left: int) -> Iterator[Finding]:
    shown = Ratio(fee * 10_000)
    if fee > TAKER_FEE:
        yield _finding(setup, "warn", f"the account pays {shown} bps as taker, more than is reckoned with")
    else:
        yield _finding(setup, "ok", f"the account pays {shown} bps as taker")
    level: Level = "ok" if left > LITTLE else "warn"
    yield _finding(setup, level, f"{left} actions are left of the address's budget")


def _second(setup: Setup, compared: tuple[str | None, tuple[str, ...]]) -> Iterator[Finding]:
    """Where HyperEVM is asked: whether it is there, and says the same."""
    disputed, remarks = compared
    if disputed:
        yield _finding(setup, "fail", disputed)
    yield from (_finding(setup, "warn", remark) for remark in remarks)
    if setup.settings.chain and not (disputed or remarks):
        yield _finding(setup, "ok", f"{setup.settings.chain} says the same of positions and prices")


def _worth(mode: str, account: Account, balances: Mapping[str, Balance]) -> Decimal:
    return account.value if mode in STANDARD else balances.get(USDC, NOTHING).total


def _stolen(setup: Setup, value: Decimal) -> Finding:
    said = f"a stolen operator key can lose all of the account's {value:.2f} USD by trading; it cannot reach spot"
    return _finding(setup, "warn", said)


def _to_role(found: Any) -> Mapping[str, Any]:
    return {"role": str(found["role"]), "data": found.get("data", {})}


def _to_fee(found: Any) -> Decimal:
    return number(found["userCrossRate"])


def _finding(setup: Setup, level: Level, says: str) -> Finding:
    return Finding(subject=f"venue {setup.name}", level=level, says=says)
