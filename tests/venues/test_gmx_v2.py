"""GMX v2 on the local exchange: what the venue sees and does, to the last unit."""

import asyncio
from decimal import Decimal

import pytest

from agent.model import Cancel, Claim, Code, EvmTx, Protect, Settlement, State, Trade
from agent.reading import drive
from agent.units import Base, Price, Ratio, Usd
from agent.venues.gmx_v2 import compose, delegation, owner
from tests.kit.devnet.roles import Role
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import keeper, launch
from tests.kit.gmx import market as gmx_market
from tests.kit.gmx.orders import Ask, OrderType, create
from tests.kit.gmx.parameters import USD
from tests.venues.desk import ETH, GWEI, buy, fund, sell
from tests.venues.gmx_v2 import Desk, gmx_v2

pytestmark = pytest.mark.chain

DAY_S = 86_400


@pytest.fixture
def desk(gmx_desk: Desk) -> Desk:
    return gmx_desk


@pytest.fixture
def short(desk: Desk) -> Desk:
    """4 ETH short at 2,000 on 6,000 dollars."""
    desk.trade(fund("6000"), sell("4", "1950"))
    return desk


def test_observe__an_empty_account__is_seen_in_two_round_trips(desk: Desk) -> None:
    view = desk.look()
    assert desk.fetch.round_trips == 2
    assert (view.positions, view.orders, view.halted, view.full, view.strange) == ((), (), None, None, None)
    assert (view.equity, view.reserve, view.may_trade, view.exits_only) == (Usd(0), Usd(60_000), True, None)
    seen = view.market(ETH)
    assert (seen.mark, seen.index, seen.minimum) == (Price(2000), Price(2000), Usd(1))
    assert (seen.initial_margin, seen.fee) == (Ratio("0.005"), Ratio("0.0006"))


def test_open__with_its_collateral__is_one_order_that_a_keeper_executes(desk: Desk) -> None:
    [sent] = desk.do(fund("6000"), sell("4", "1950"))
    waiting = desk.look()
    assert [(order.size, order.role) for order in waiting.orders] == [(Base(-4), "working")]
    assert (waiting.positions, waiting.equity, waiting.reserve) == ((), Usd(6_000), Usd(54_000))
    assert desk.probe(sent.intent).state is State.LANDED
    desk.execute()
    view = desk.look()
    assert [(position.size, position.entry) for position in view.positions] == [(Base(-4), Price(2000))]
    assert (view.orders, view.reserve) == ((), Usd(54_000))
    assert Usd(5_985) < view.equity < Usd(6_000)


def test_open__movements_on_chain__are_those_that_the_draft_names(desk: Desk) -> None:
    draft = desk.draft(fund("6000"), sell("4", "1950"))
    [sent] = [desk.send(payload) for payload in draft.payloads]
    usdc = desk.venue.collateral.lower()
    transfers = [int(log["data"], 16) for log in sent.logs if log["address"] == usdc]
    assert transfers[0] == draft.movements[0].amount == 6_000 * USDC_UNIT
    assert [m.kind for m in draft.movements] == ["Transfer", "Approval"]


def test_settlement__of_an_open__is_what_the_position_shows(desk: Desk) -> None:
    outcome = desk.probe(desk.trade(fund("6000"), sell("4", "1950")).intent)
    assert (outcome.state, outcome.reason) == (State.DONE, None)
    done = outcome.settlement
    assert done is not None
    assert done.price is not None
    assert (done.market, done.filled) == (ETH, Base(-4))
    assert abs(done.price - Price(2000)) < Price("0.01")
    assert done.fee in (Usd("3.2"), Usd("4.8"))  # 0.04 or 0.06 % of 8,000
    assert done.gas_wei > 0


def test_top_up__adds_to_the_collateral_and_trades_nothing(short: Desk) -> None:
    before = short.look()
    done = short.probe(short.trade(fund("500.000001")).intent).settlement
    after = short.look()
    assert after.size(ETH) == Base(-4)
    assert before.reserve - after.reserve == Usd("500.000001")
    assert abs(after.equity - before.equity - Usd("500.000001")) < Usd("0.01")
    assert done is not None
    assert done == Settlement(gas_wei=done.gas_wei, returned_wei=done.returned_wei)
    assert done.returned_wei > 0


def test_withdrawal__comes_to_the_account_and_trades_nothing(short: Desk) -> None:
    held = short.balance()
    short.trade(fund("-1000"))
    assert short.balance() - held == 1_000 * USDC_UNIT
    assert short.look().size(ETH) == Base(-4)


@pytest.mark.parametrize("part", ["0.000000000000000001", "1.234567890123456789", "3.999"])
def test_partial_decrease__of_an_odd_position__is_exact_to_the_unit(desk: Desk, part: str) -> None:
    keeper.set_price(desk.gmx, Decimal("1999.37"), spread=Decimal("0.11"))
    desk.trade(fund("6000"), sell("4", "1950"))
    before = desk.look().size(ETH)
    done = desk.probe(desk.trade(buy(part, "2100")).intent).settlement
    assert done is not None
    assert done.filled == Base(part)
    assert desk.look().size(ETH) == before + Base(part)


def test_full_decrease__of_an_odd_position__leaves_nothing(desk: Desk) -> None:
    keeper.set_price(desk.gmx, Decimal("1999.37"), spread=Decimal("0.11"))
    desk.trade(fund("6000"), sell("4", "1950"))
    keeper.pass_time(desk.gmx, DAY_S)
    odd = -desk.look().size(ETH)
    assert odd.to_lot(Base("0.001")) != odd
    desk.trade(buy(str(odd), "2100"))
    view = desk.look()
    assert (view.positions, view.orders, view.equity) == ((), (), Usd(0))
    assert 59_980 * USDC_UNIT < desk.balance() < 60_000 * USDC_UNIT


def test_decrease__that_leaves_dust__closes_all_and_says_so(short: Desk) -> None:
    done = short.probe(short.trade(buy("3.9996", "2100")).intent).settlement
    assert short.look().positions == ()
    assert done is not None
    assert done.filled == Base(4)


def test_stop__created_moved_and_taken_back__is_one_order(short: Desk) -> None:
    stop = Protect(market=ETH, size=Base(4), trigger=Price(2400))
    short.fill(stop)
    [first] = short.look().orders
    short.fill(Protect(market=ETH, size=Base(2), trigger=Price(2500)))
    [moved] = short.look().orders
    assert (first.role, first.size, moved.id, moved.size) == ("protective", Base(4), first.id, Base(2))
    assert short.look().working(ETH) == Base(0)
    short.fill(Cancel(order_id=first.id))
    assert short.look().orders == ()


def test_stop__when_the_position_is_closed__goes_with_it(short: Desk) -> None:
    created = short.fill(Protect(market=ETH, size=Base(4), trigger=Price(2400)))
    assert short.probe(created.intent).state is State.DONE
    short.trade(buy("4", "2100"))
    view = short.look()
    assert (view.positions, view.orders) == ((), ())


def test_stop__when_its_price_comes__closes_the_position(short: Desk) -> None:
    short.fill(Protect(market=ETH, size=Base(4), trigger=Price(2400)))
    gmx_market.set_price(short.devnet, Decimal(2400))
    [waiting] = keeper.open_orders(short.gmx, short.account)
    keeper.execute(short.gmx, waiting)
    view = short.look()
    assert (view.positions, view.orders) == ((), ())


def test_a_long_on_coins__opened_by_hand__counts_is_named_and_can_be_closed(short: Desk) -> None:
    ask = Ask(kind=OrderType.MARKET_INCREASE, size_usd=2_000 * USD, collateral="WETH", amount=2 * ETHER, is_long=True)
    launch.fund(short.gmx, short.account, ether=10 * ETHER)
    keeper.execute(short.gmx, create(short.gmx, short.account, ask))
    view = short.look()
    name = next(position.market for position in view.positions if position.market != ETH)
    assert (name, view.size(name), view.size(ETH)) == ("ETH long on coins", Base(1), Base(-4))
    assert "which is not ours" in str(view.strange)
    [coins] = [holding for holding in view.collateral if holding.asset == "collateral"]
    assert Base("1.99") < coins.amount < Base(2)
    short.trade(Trade(market=name, size=Base(-1), worst=Price(1900), reduce_only=True))
    after = short.look()
    assert ([position.market for position in after.positions], after.strange) == ([ETH], None)


def test_closes__by_the_accounts_own_hand__bring_everything_home(short: Desk) -> None:
    trade = Trade(market=ETH, size=Base(4), worst=Price(2100), reduce_only=True)
    [call] = compose.closes(short.venue, short.look(), (trade,), 100 * GWEI)
    short.by_owner(call)
    short.execute()
    assert short.look().positions == ()
    assert short.balance() > 59_980 * USDC_UNIT


@pytest.mark.parametrize("other", [False, True])
def test_live_layout__of_the_same_account__shows_the_same(short: Desk, other: bool) -> None:
    """Lists decode with one position and with two."""
    if other:
        ask = Ask(kind=OrderType.MARKET_INCREASE, size_usd=2_000 * USD, amount=2_000 * USDC_UNIT, is_long=True)
        keeper.execute(short.gmx, create(short.gmx, short.account, ask))
        short.by_owner(owner.approve(short.venue, Usd(50_000)))
    short.fill(Protect(market=ETH, size=Base(4), trigger=Price(2400)))
    live = Desk(short.devnet, gmx_v2(short.devnet, version="live"))
    before, now = short.look(), live.look()
    assert len(now.positions) == 1 + other
    assert (now.positions, now.orders, now.equity) == (before.positions, before.orders, before.equity)
    live.trade(buy("4", "2100"))
    assert live.look().size(ETH) == Base(0)


def test_claim__by_the_own_hand__brings_the_coins_that_funding_earned(gmx_own_desk: Desk) -> None:
    desk = gmx_own_desk
    desk.trade(fund("6000"), sell("4", "1950"))
    keeper.pass_time(desk.gmx, DAY_S)
    desk.trade(fund("1"))
    [earned] = [holding for holding in desk.look().collateral if holding.asset == "claimable funding"]
    assert earned.amount > Base("0.01")
    before = desk.balance("WETH")
    desk.fill(Claim(market=ETH))
    assert desk.balance("WETH") - before > 10**16
    left = [holding.amount for holding in desk.look().collateral if holding.asset == "claimable funding"]
    assert sum(left, Base(0)) < Base("0.001")


def test_claim__by_delegation__is_the_owners_call(short: Desk) -> None:
    keeper.pass_time(short.gmx, DAY_S)
    short.trade(fund("1"))
    cannot = short.cannot(Claim(market=ETH))
    assert cannot.reason.code is Code.OWNER
    before = short.balance("WETH")
    short.by_owner(cannot.calls[0])
    assert short.balance("WETH") > before


def test_own_account__fund_open_and_close__works_without_delegation(gmx_own_desk: Desk) -> None:
    gmx_own_desk.by_owner(owner.approve(gmx_own_desk.venue, Usd(0)))
    draft = gmx_own_desk.draft(fund("6000"), sell("4", "1950"))
    assert [tx.to for tx in draft.payloads if isinstance(tx, EvmTx)] == [
        gmx_own_desk.venue.collateral,
        gmx_own_desk.devnet.exchange["ExchangeRouter"],
    ]
    for payload in draft.payloads:
        assert gmx_own_desk.send(payload).ok
    gmx_own_desk.execute()
    assert gmx_own_desk.look().size(ETH) == Base(-4)
    gmx_own_desk.trade(buy("4", "2100"))
    assert gmx_own_desk.look().positions == ()


def test_examine__as_the_account_has_set_it_up__is_in_order(short: Desk) -> None:
    def levels(desk: Desk) -> list[str]:
        [found] = asyncio.run(drive([delegation.examine(desk.venue)], desk.fetch))
        return [finding.level for finding in found]

    assert levels(short) == ["ok", "ok", "ok", "ok", "warn"]
    short.by_owner(owner.revoke(short.venue))
    assert "fail" in levels(short)
    own = Desk(short.devnet, gmx_v2(short.devnet, Role.OPERATOR))
    assert levels(own)[-1] == "warn"
