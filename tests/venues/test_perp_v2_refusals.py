"""Where the real exchange says no: price bounds, deadlines, margin, permission, halts."""

from decimal import Decimal

import pytest

from agent.model import Cannot, Draft, State, Trade
from agent.units import Base, Price, Ratio, Usd
from agent.venues.perp_v2 import owner
from agent.venues.perp_v2.reverts import explain
from tests.kit.devnet import market
from tests.kit.devnet.roles import Role
from tests.venues.desk import ETH, buy, fund, sell
from tests.venues.perp_v2 import Desk

pytestmark = pytest.mark.chain


def test_open__beyond_the_initial_margin__is_refused_with_a_sentence(desk: Desk) -> None:
    refused = desk.do(fund("1000"), sell("6", "1980"))[-1]
    assert not refused.ok
    assert "initial margin" in explain(refused.said)
    assert "(CH_NEFCI)" in explain(refused.said)
    assert desk.probe(refused.intent).state is State.REFUSED
    assert desk.look().positions == ()


def test_worst__a_sale_that_would_bring_less__is_refused(desk: Desk) -> None:
    desk.fill(fund("30000"))
    refused = desk.do(sell("20", "1999"))[-1]
    assert "(CH_TLRS)" in explain(refused.said)
    assert desk.look().positions == ()


def test_worst__a_purchase_that_would_cost_more__is_refused(desk: Desk) -> None:
    desk.fill(fund("30000"), sell("20", "1980"))
    assert "(CH_TMRL)" in explain(desk.do(buy("20", "2000"))[-1].said)
    assert desk.look().size(ETH) == Base(-20)


@pytest.mark.parametrize("direction", [-1, 1])
def test_worst__is_the_all_in_price__to_a_millionth(desk: Desk, direction: int) -> None:
    """The fee is inside the bound, and the depth foretells what the pool will do."""
    desk.fill(fund("30000"))
    point = next(each for each in desk.look().market(ETH).depth if each.size * Ratio(direction) > Base(1))
    size, price = point.size, point.bound
    step = price * Ratio(Decimal(direction) / 1_000_000)
    refused = desk.do(Trade(market=ETH, size=size, worst=price - step, reduce_only=False))[-1]
    assert not refused.ok
    assert desk.do(Trade(market=ETH, size=size, worst=price + step, reduce_only=False))[-1].ok


@pytest.mark.parametrize("direction", [-1, 1])
@pytest.mark.parametrize("point", [0, 3, 7])
def test_depth__at_each_of_its_points__is_what_the_trade_then_costs(desk: Desk, point: int, direction: int) -> None:
    desk.fill(fund("60000"))
    at = [each for each in desk.look().market(ETH).depth if each.size.sign() == direction][point]
    size, price = at.size, at.average
    worst = Price(1) if direction < 0 else Price(10_000)
    done = desk.probe(desk.fill(Trade(market=ETH, size=size, worst=worst, reduce_only=False)).intent).settlement
    assert done is not None
    assert done.price is not None
    all_in = (size * done.price + done.fee) / price  # size < 0 brings, the fee is always paid
    assert abs(all_in - size) < abs(size) * Ratio("0.0000001")


def test_depth__beyond_its_last_point__is_where_the_exchange_refuses(desk: Desk) -> None:
    """The sale that moves the pool by 1,000 ticks is the last: EX_OPLAS in Exchange.sol."""
    devnet = desk.devnet
    devnet.chain.send(devnet.token("USDC"), "mint", desk.venue.operator, 10**13, sender=devnet.address(Role.DEPLOYER))
    desk.fill(fund("5000000"))
    last = min(point.size for point in desk.look().market(ETH).depth)
    refused = desk.do(Trade(market=ETH, size=last * Ratio("1.35"), worst=Price(1), reduce_only=False))[-1]
    assert "(EX_OPLAS)" in explain(refused.said)
    desk.fill(Trade(market=ETH, size=last, worst=Price(1), reduce_only=False))
    assert desk.look().size(ETH) == last


def test_deadline__a_trade_mined_late__is_refused(desk: Desk) -> None:
    desk.fill(fund("30000"))
    draft = desk.compose(sell("1", "1980"))
    assert isinstance(draft, Draft)
    market.pass_time(desk.devnet, 181)
    assert "(CH_TE)" in explain(desk.send(draft.payloads[0]).said)
    assert desk.look().positions == ()


def test_slot__the_same_bytes_mined_twice__are_impossible(desk: Desk) -> None:
    """Nothing on this exchange keeps a repeated purchase from turning the position: the nonce does."""
    desk.fill(fund("30000"), sell("2", "1980"))
    draft = desk.compose(buy("2", "2060"))
    assert isinstance(draft, Draft)
    desk.send(draft.payloads[0])
    with pytest.raises(Exception, match="nonce too low"):
        desk.send(draft.payloads[0])
    assert desk.look().positions == ()


def test_delegation__revoked_by_the_owner__is_seen_and_refused_with_a_sentence(desk: Desk) -> None:
    desk.fill(fund("30000"))
    late = desk.compose(sell("1", "1980"))
    assert isinstance(late, Draft)
    desk.by_owner(owner.revoke(desk.venue))
    assert not desk.look().may_trade
    assert "(CH_SHNAOPT)" in explain(desk.send(late.payloads[0]).said)
    assert isinstance(desk.compose(sell("1", "1980")), Cannot)
    desk.by_owner(owner.delegate(desk.venue))
    assert desk.look().may_trade
    desk.fill(sell("1", "1980"))


def test_halted__a_market_that_its_owner_stops__is_named(desk: Desk) -> None:
    devnet, base = desk.devnet, desk.venue.settings.markets[ETH].base_token
    deployer = devnet.address(Role.DEPLOYER)
    devnet.chain.send(devnet.contract("Exchange"), "setMaxTickCrossedWithinBlock", base, 0, sender=deployer)
    assert desk.look().halted == "market ETH is halted"
    devnet.chain.send(devnet.contract("BaseToken"), "pause", sender=deployer)
    assert desk.look().halted == "market ETH is paused or closed"
    assert desk.look().market(ETH).funding.value == Ratio(0)
    devnet.chain.send(devnet.contract("ClearingHouse"), "pause", sender=deployer)
    assert desk.look().halted == "the clearing house is paused; market ETH is paused or closed"


def test_reserve__while_the_vault_is_paused__cannot_be_posted(desk: Desk) -> None:
    devnet = desk.devnet
    devnet.chain.send(devnet.contract("Vault"), "pause", sender=devnet.address(Role.DEPLOYER))
    assert desk.look().reserve == Usd(0)
