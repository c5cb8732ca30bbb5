"""What doctor finds about the account and the operator's key."""

from decimal import Decimal

import pytest

from agent.errors import Unreadable
from agent.venues.hyperliquid.agents import examine
from tests.kit.devnet.roles import Role, actor
from tests.kit.hyperliquid.accounts import PORTFOLIO, UNIFIED
from tests.kit.hyperliquid.faults import Kind
from tests.unit.venues.hyperliquid.conftest import Opens
from tests.unit.venues.hyperliquid.scene import Scene
from tests.venues.hyperliquid import ACCOUNT, AGENT, endowed

DAY_MS = 86_400_000
STRANGER = actor(Role.STRANGER).address


def found(scene: Scene) -> list[tuple[str, str]]:
    return [(finding.level, finding.says) for finding in scene.read(examine(scene.bench.venue))]


def test_examine__all_in_order__says_what_a_stolen_key_could_lose(scene: Scene) -> None:
    scene.exchange.approve(ACCOUNT, AGENT, name="hedger", valid_until_ms=scene.exchange.now_ms + 90 * DAY_MS)
    assert found(scene) == [
        ("ok", f"account {ACCOUNT} is a user"),
        ("ok", "the operator is an agent for 90 days: it trades, and cannot withdraw"),
        ("ok", "the account is in standard mode"),
        ("ok", "the account pays 4.5 bps as taker"),
        ("ok", "10000 actions are left of the address's budget"),
        ("warn", "a stolen operator key can lose all of the account's 30000.00 USD by trading; it cannot reach spot"),
    ]


def test_examine__weighs_no_more_than_a_fifth_of_a_minute(scene: Scene) -> None:
    found(scene)
    assert scene.exchange.weight_used() <= 240


@pytest.mark.parametrize(
    ("account", "says"),
    [(STRANGER, "does not know account"), (AGENT, f"is an agent of {ACCOUNT.lower()}: name that one")],
)
def test_examine__an_address_that_is_no_account__fails(opens: Opens, account: str, says: str) -> None:
    level, said = found(opens(account=account))[0]
    assert (level, says in said) == ("fail", True)


def test_examine__a_master_without_sub_account__fails(opens: Opens) -> None:
    assert found(opens(master=STRANGER))[0] == (
        "fail",
        f"account {ACCOUNT} is a user: `master` is for sub-accounts, and they need it",
    )


@pytest.mark.parametrize(
    ("days", "level", "says"), [(5, "warn", "the agent ends in 5 days"), (None, "ok", "without an end")]
)
def test_examine__the_agents_end__is_told(scene: Scene, days: int | None, level: str, says: str) -> None:
    until = None if days is None else scene.exchange.now_ms + days * DAY_MS
    scene.exchange.approve(ACCOUNT, AGENT, name="hedger", valid_until_ms=until)
    (at, said) = found(scene)[1]
    assert (at, says in said) == (level, True)


def test_examine__an_agent_of_nobody__fails(scene: Scene) -> None:
    scene.exchange.revoke(AGENT)
    level, said = found(scene)[1]
    assert (level, "is no agent of anyone" in said) == ("fail", True)


def test_examine__an_agent_of_another__fails(scene: Scene) -> None:
    scene.exchange.fund(STRANGER, Decimal(1))
    scene.exchange.approve(STRANGER, AGENT, name="hedger")
    level, said = found(scene)[1]
    assert (level, f"an agent of {STRANGER.lower()}" in said) == ("fail", True)


def test_examine__the_accounts_own_key__fails(opens: Opens) -> None:
    exchange = endowed()
    exchange.fund(AGENT, Decimal(1))
    exchange.revoke(AGENT)
    level, said = found(opens(exchange, account=AGENT))[1]
    assert (level, "it can withdraw" in said) == ("fail", True)


@pytest.mark.parametrize(
    ("mode", "level", "says"),
    [(UNIFIED, "warn", "unified"), (PORTFOLIO, "fail", "portfolio margin"), ("quantum", "fail", "mode 'quantum'")],
)
def test_examine__the_accounts_mode__is_judged(opens: Opens, mode: str, level: str, says: str) -> None:
    exchange = endowed()
    exchange.set_mode(ACCOUNT, mode)
    at, said = found(opens(exchange))[2]
    assert (at, says in said) == (level, True)


def test_examine__a_unified_accounts_worth__is_its_balance(opens: Opens) -> None:
    assert "all of the account's 30000.00 USD" in found(opens(endowed(mode=UNIFIED)))[-1][1]


def test_examine__a_dear_account_with_few_actions__is_told(scene: Scene) -> None:
    with scene.exchange.engine.at() as state:
        state.accounts[ACCOUNT.lower()].taker_fee = Decimal("0.0009")
    scene.exchange.exhaust_address(ACCOUNT)
    assert [each for each in found(scene) if each[0] == "warn"][:2] == [
        ("warn", "the account pays 9 bps as taker, more than is reckoned with"),
        ("warn", "0 actions are left of the address's budget"),
    ]


def test_examine__a_malformed_answer__is_unreadable(scene: Scene) -> None:
    scene.exchange.inject(Kind.STATUS_BEFORE, path="/info", only=("userRole",), status=200, body="[]")
    with pytest.raises(Unreadable, match="userRole"):
        found(scene)
