"""Would a keeper execute it now? Asked of the local exchange, in the form of either release."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.model import Address
from agent.reading import drive
from agent.units import Usd
from agent.venues.gmx_v2 import owner, simulation
from agent.venues.gmx_v2.versions import Version
from tests.kit.devnet.roles import Role
from tests.kit.devnet.tokens import ETHER
from tests.kit.gmx import keeper, launch
from tests.kit.gmx import market as gmx_market
from tests.kit.gmx.keys import name
from tests.kit.gmx.orders import Ask, OrderType, create
from tests.kit.gmx.parameters import USD
from tests.venues.desk import fund, sell
from tests.venues.gmx_v2 import Desk, gmx_v2

pytestmark = pytest.mark.chain


@pytest.fixture(params=["2.2", "live"])
def desk(gmx_desk: Desk, request: pytest.FixtureRequest) -> Desk:
    version: Version = request.param
    return Desk(gmx_desk.devnet, gmx_v2(gmx_desk.devnet, version=version))


@pytest.fixture
def short(desk: Desk) -> Desk:
    """4 ETH short at 2,000 on 6,000 dollars."""
    desk.trade(fund("6000"), sell("4", "1950"))
    return desk


def examined(desk: Desk) -> list[tuple[str, str]]:
    [found] = asyncio.run(drive([simulation.examine(desk.venue)], desk.fetch))
    return [(finding.level, finding.says) for finding in found]


def price_of(said: str, before: str) -> Decimal:
    assert said.startswith(before), said
    return Decimal(said.removeprefix(before).replace(",", ""))


def test_a_position__that_a_keeper_would_close__is_said_with_its_price_and_nothing_is_sent(short: Desk) -> None:
    before = short.stamp()
    [(level, said)] = examined(short)
    assert level == "ok"
    assert Decimal(2_000) < price_of(said, "ETH could be closed now, at about ") < Decimal(2_005)
    assert (short.stamp(), short.look().orders) == (before, ())


def test_a_position__of_an_account_without_coins_for_a_fee__can_be_tried_all_the_same(short: Desk) -> None:
    short.devnet.chain.rpc("anvil_setBalance", short.account, "0x0")
    assert [level for level, _ in examined(short)] == ["ok"]


def test_a_position__in_a_market_that_was_closed__could_not_be_closed_and_why(short: Desk) -> None:
    gmx_market.disable(short.devnet)
    [(level, said)] = examined(short)
    assert level == "warn"
    assert said.startswith("ETH could NOT be closed now: the exchange has closed this market (DisabledMarket ")


def test_a_position__that_has_lost_more_than_its_collateral__could_not_be_closed(short: Desk) -> None:
    gmx_market.set_price(short.devnet, Decimal(3_600))
    [(level, said)] = examined(short)
    assert level == "warn"
    assert said.startswith("ETH could NOT be closed now: the collateral does not pay for losses and fees")


def test_positions__each_side_of_them__are_tried_one_by_one(short: Desk) -> None:
    ask = Ask(kind=OrderType.MARKET_INCREASE, size_usd=2_000 * USD, collateral="WETH", amount=2 * ETHER, is_long=True)
    account = short.devnet.address(Role.ACCOUNT)
    launch.fund(short.gmx, account, ether=4 * ETHER)
    keeper.execute(short.gmx, create(short.gmx, account, ask))
    said = {each.partition(" now, at about ")[0]: level for level, each in examined(short)}
    assert said == {"ETH could be closed": "ok", "ETH long on coins could be closed": "ok"}


def test_no_position__with_approved_collateral__the_smallest_short_is_tried(desk: Desk) -> None:
    [(level, said)] = examined(desk)
    assert level == "ok"
    assert Decimal(1_995) < price_of(said, "a short of 0.001 ETH could be opened now, at about ") < Decimal(2_000)


def test_no_position__in_a_market_that_was_closed__none_could_be_opened(desk: Desk) -> None:
    gmx_market.disable(desk.devnet)
    [(level, said)] = examined(desk)
    assert level == "warn"
    assert said.startswith("a short of 0.001 ETH could NOT be opened now: the exchange has closed this market")


def test_no_position__and_nothing_approved__tries_nothing(desk: Desk) -> None:
    desk.by_owner(owner.approve(desk.venue, Usd(0)))
    assert examined(desk) == [("ok", simulation.NOTHING_TO_TRY)]


def test_a_router__that_was_retired__leaves_it_unknown(short: Desk) -> None:
    """The operator's own router may still carry the close."""
    gmx = short.gmx
    deployer = short.devnet.address(Role.DEPLOYER)
    gmx.chain.send(
        gmx.contract("RoleStore"), "revokeRole", gmx.at("ExchangeRouter"), name("CONTROLLER"), sender=deployer
    )
    [(level, said)] = examined(short)
    assert (level, said.startswith("whether ETH could be closed now is not known: ")) == ("warn", True)


@pytest.mark.parametrize("pinned", ["Reader", "nobody"])
def test_a_simulation_router__that_is_none__leaves_it_unknown(gmx_desk: Desk, pinned: str) -> None:
    gmx_desk.trade(fund("6000"), sell("4", "1950"))
    live = gmx_v2(gmx_desk.devnet, version="live")
    at = gmx_desk.devnet.exchange.get(pinned, "0x" + "70" * 20)
    contracts = live.contracts.model_copy(update={"simulation_router": Address(at)})
    astray = replace(live, settings=live.settings.model_copy(update={"contracts": contracts}))
    [(level, said)] = examined(Desk(gmx_desk.devnet, astray))
    assert (level, said.startswith("whether ETH could be closed now is not known: ")) == ("warn", True)
