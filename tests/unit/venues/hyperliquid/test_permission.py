"""Who may trade for the account, and what is kept for the way out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.units import Usd
from agent.venues.hyperliquid.observe import look
from tests.kit.devnet.roles import Role, actor
from tests.kit.hyperliquid.exchange import Exchange
from tests.unit.venues.hyperliquid.conftest import Opens
from tests.venues.hyperliquid import ACCOUNT, AGENT, endowed

DAY_S = 86_400


def test_agent__never_approved_or_without_a_name__may_not_trade(opens: Opens) -> None:
    exchange = Exchange(ip_weight=None)
    exchange.fund(ACCOUNT, Decimal(30_000))
    assert not opens(exchange).view().may_trade
    exchange.approve(ACCOUNT, AGENT)
    assert not opens(exchange).view().may_trade


def test_agent__an_address_of_an_agent_given_as_the_account__is_empty_and_may_not_trade(opens: Opens) -> None:
    """The exchange answers as for an account that has nothing; doctor asks what the address is."""
    exchange, other = endowed(), actor(Role.STRANGER).address
    exchange.approve(ACCOUNT, other, name="other")
    view = opens(exchange, account=other).view()
    assert (view.reserve, view.positions, view.may_trade) == (Usd(0), (), False)


@pytest.mark.parametrize(
    ("days", "may", "kept"), [(2, True, None), (Decimal("0.5"), True, "ends in 12 hours"), (0, False, None)]
)
def test_agent__that_ends__is_kept_for_the_way_out_before(
    opens: Opens, days: Decimal | int, may: bool, kept: str | None
) -> None:
    exchange = endowed()
    ends = exchange.now_ms + int(days * DAY_S) * 1000
    exchange.approve(ACCOUNT, AGENT, name="hedger", valid_until_ms=ends)
    view = opens(exchange).view()
    assert view.may_trade is may
    assert (kept in (view.exits_only or "")) if kept else view.exits_only is None


def test_agent__listed_after_its_end__may_not_trade(opens: Opens) -> None:
    """Whether the exchange still lists it then is not documented."""
    scene = opens()
    facts = scene.facts()
    ended = replace(facts.agents[0], until_ms=facts.account.time_ms)
    assert not look(scene.bench.venue, replace(facts, agents=(ended,))).may_trade


def test_operator__that_is_the_account__needs_no_agent(opens: Opens) -> None:
    exchange = Exchange(ip_weight=None)
    exchange.fund(AGENT, Decimal(1_000))
    assert opens(exchange, account=AGENT).view().may_trade


def test_budget__nearly_used_up__is_kept_for_the_way_out(opens: Opens) -> None:
    exchange = endowed()
    exchange.exhaust_address(ACCOUNT)
    view = opens(exchange).view()
    few = "only 0 actions are left of the address's budget (increases need 100)"
    assert view.exits_only == f"{few}: each USDC traded adds one"
