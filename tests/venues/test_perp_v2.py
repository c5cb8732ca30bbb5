"""The venue on the real exchange code: what it sees and what it does."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.model import Cannot, Code, Draft, EvmTx, Settlement, State
from agent.reading import drive
from agent.units import Base, Price, Ratio, Usd
from agent.venues.perp_v2 import owner
from agent.venues.perp_v2.pins import examine
from agent.venues.perp_v2.venue import PerpV2
from tests.kit.devnet import market
from tests.kit.devnet.fixtures import untouched
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.venues.desk import ETH, buy, fund, sell
from tests.venues.perp_v2 import Desk, DevnetStage, perp_v2

pytestmark = pytest.mark.chain


@pytest.fixture
def own_desk(devnet: Devnet) -> Desk:
    """The operator trades for its own account."""
    return Desk(devnet, perp_v2(devnet, account=Role.OPERATOR))


def test_observe__an_empty_account__is_seen_in_one_round_trip(desk: Desk) -> None:
    view = desk.look()
    assert desk.fetch.round_trips == 1
    assert (view.positions, view.orders, view.halted, view.may_trade) == ((), (), None, True)
    assert (view.equity, view.free, view.reserve) == (Usd(0), Usd(0), Usd(60_000))
    seen = view.market(ETH)
    assert (seen.underlying, seen.lot, seen.minimum, seen.multiplier) == ("ETH", Base("0.001"), Usd(0), Ratio(1))
    assert (seen.initial_margin, seen.maintenance_margin, seen.fee) == (Ratio("0.1"), Ratio("0.0625"), Ratio("0.001"))
    assert seen.index == Price(2000)
    assert abs(seen.mark - seen.index) < Price(1)


def test_open__by_delegation_with_collateral_from_the_reserve__shorts_for_the_account(desk: Desk) -> None:
    desk.fill(fund("30000"), sell("20", "1980"))
    view = desk.look()
    [position] = view.positions
    assert (position.market, position.size) == (ETH, Base("-20"))
    assert Price(1990) < position.entry < Price(2000)
    assert view.reserve == Usd(30_000)
    assert Usd(29_900) < view.equity < Usd(30_000)
    needed = Base(20) * view.market(ETH).mark * Ratio("0.1")
    assert view.free is not None
    assert abs(view.free - (view.equity - needed)) < Usd("0.01")


def test_fund__more_collateral__adds_to_equity_what_the_reserve_loses(desk: Desk) -> None:
    desk.fill(fund("10000"))
    before = desk.look()
    desk.fill(fund("2500.000001"))
    after = desk.look()
    assert after.equity - before.equity == before.reserve - after.reserve == Usd("2500.000001")


def test_fund__movements_on_chain__are_those_that_the_draft_names(desk: Desk) -> None:
    draft = desk.compose(fund("1000"))
    assert isinstance(draft, Draft)
    sent = [desk.send(payload) for payload in draft.payloads]
    moved = [log for each in sent for log in each.logs if log["address"] == desk.venue.settings.collateral.lower()]
    assert [int(log["data"], 16) for log in moved] == [m.amount for m in draft.movements] == [10**9, 10**9]
    assert [m.kind for m in draft.movements] == ["Approval", "Transfer"]
    assert {(m.source, m.target) for m in draft.movements} == {(desk.venue.operator, desk.venue.contracts.vault)}


def test_fund__an_allowance_left_over__is_overwritten(desk: Desk) -> None:
    draft = desk.compose(fund("1000"))
    assert isinstance(draft, Draft)
    desk.send(draft.payloads[0])
    desk.fill(fund("500"))
    usdc = desk.devnet.token("USDC")
    assert desk.look().equity == Usd(500)
    assert usdc.functions.allowance(desk.venue.operator, desk.venue.contracts.vault).call() == 0


def test_reduce__part_of_a_short__leaves_the_rest(desk: Desk) -> None:
    desk.fill(fund("30000"), sell("20", "1980"))
    desk.fill(buy("7.5", "2030"))
    assert desk.look().size(ETH) == Base("-12.5")


def test_flatten__the_whole_size__ends_at_exactly_zero(desk: Desk) -> None:
    desk.fill(fund("30000"), sell("20.001", "1980"))
    market.pass_hour(desk.devnet)
    desk.fill(buy("20.001", "2060"))
    view = desk.look()
    assert (view.positions, view.size(ETH)) == ((), Base(0))
    assert view.free == view.equity > Usd(29_800)


def test_flatten__a_position_that_is_no_whole_lot__ends_at_exactly_zero(desk: Desk) -> None:
    odd = "1.000000000000000123"
    desk.fill(fund("30000"), sell(odd, "1980"))
    assert desk.look().size(ETH) == -Base(odd)
    desk.fill(buy(odd, "2060"))
    assert desk.look().positions == ()


def test_long__opened_and_reduced__is_positive(desk: Desk) -> None:
    desk.fill(fund("30000"), buy("3", "2030", reduce_only=False))
    assert desk.look().size(ETH) == Base(3)
    desk.fill(sell("3", "1980", reduce_only=True))
    assert desk.look().positions == ()


def test_settlement__of_a_sale__equals_the_change_of_the_position(desk: Desk) -> None:
    desk.fill(fund("30000"), sell("20", "1980"))
    held = desk.look().positions[0]
    outcome = desk.probe(desk.fill(sell("4", "1980")).intent)
    after = desk.look().positions[0]
    assert (outcome.state, outcome.reason) == (State.DONE, None)
    done = outcome.settlement
    assert done is not None
    assert done.price is not None
    assert (done.market, done.filled) == (ETH, after.size - held.size)
    assert done.gas_wei > 0
    brought = abs(after.size) * after.entry - abs(held.size) * held.entry
    assert abs(brought - (Base(4) * done.price - done.fee)) < Usd("0.000001")
    assert abs(done.fee - Base(4) * done.price * Ratio("0.001")) < Usd("0.000001")


def test_settlement__of_a_purchase__is_positive_and_charges_the_fee_on_top(desk: Desk) -> None:
    desk.fill(fund("30000"), sell("20", "1980"))
    done = desk.probe(desk.fill(buy("20", "2060")).intent).settlement
    assert done is not None
    assert done.price is not None
    assert done.filled == Base(20)
    assert abs(done.fee - Base(20) * done.price * (Ratio("0.001") / Ratio("0.999"))) < Usd("0.000001")


def test_settlement__of_a_deposit__is_only_gas(desk: Desk) -> None:
    done = desk.probe(desk.fill(fund("100")).intent).settlement
    assert done is not None
    assert done == Settlement(gas_wei=done.gas_wei)
    assert done.gas_wei > 0


def test_probe__before_enough_blocks__is_landed_with_its_settlement(devnet: Devnet) -> None:
    desk = Desk(devnet, perp_v2(devnet, confirmations=2))
    desk.fill(fund("30000"))
    intent = desk.fill(sell("1", "1980")).intent
    early = desk.probe(intent)
    assert (early.state, early.settlement and early.settlement.filled) == (State.LANDED, Base(-1))
    devnet.chain.rpc("anvil_mine", "0x2")
    assert desk.probe(intent).state is State.DONE


def test_rehearse__what_is_then_sent__comes_out_the_same(desk: Desk) -> None:
    before = desk.look()
    draft = desk.compose(fund("30000"), sell("20", "1980"))
    assert isinstance(draft, Draft)
    with untouched(desk.devnet):
        stage = DevnetStage(desk)
        rehearsed = asyncio.run(desk.venue.rehearse(draft, before, stage))
    assert desk.look() == before
    assert [(played.tx, played.ok) for played in stage.played] == [(payload, True) for payload in draft.payloads]
    for payload in draft.payloads:
        desk.send(payload)
    sent = desk.look()
    assert rehearsed.size(ETH) == Base(-20)
    assert (rehearsed.positions, rehearsed.equity, rehearsed.free) == (sent.positions, sent.equity, sent.free)


def test_gas__of_every_call__stays_well_below_its_bound(desk: Desk) -> None:
    """Nine tenths of a limit is what a rehearsal may use, and these bounds hold where nothing can be estimated."""
    sent = desk.do(fund("60000"), sell("30", "1900"))
    market.set_price(desk.devnet, Decimal(2100))
    market.pass_hour(desk.devnet)
    sent += desk.do(sell("5", "1900"), buy("10", "2300"), buy("25", "2300"))
    limits = [payload.gas for each in sent if isinstance(payload := each.intent.attempts[0].payload, EvmTx)]
    assert all(each.ok for each in sent)
    assert all(each.gas_used * 10 < limit * 7 for each, limit in zip(sent, limits, strict=True))


def test_own_account__fund_open_and_close__works_without_delegation(own_desk: Desk) -> None:
    own_desk.fill(fund("30000"), sell("5", "1980"))
    view = own_desk.look()
    assert (view.size(ETH), view.may_trade, view.reserve) == (Base(-5), True, Usd(30_000))
    own_desk.fill(buy("5", "2060"))
    assert own_desk.look().positions == ()


def test_owner__close_and_withdraw__bring_everything_home(desk: Desk) -> None:
    desk.fill(fund("30000"), sell("5", "1980"))
    view = desk.look()
    [closing] = owner.close(desk.venue, view, {ETH: Price(2060)}, desk.terms().expires_ms)
    desk.by_owner(closing)
    flat = desk.look()
    assert flat.positions == ()
    assert flat.free is not None
    cannot = desk.compose(fund(str(-flat.free)))
    assert isinstance(cannot, Cannot)
    assert cannot.reason.code is Code.OWNER
    desk.by_owner(cannot.calls[0])
    home = desk.devnet.token("USDC").functions.balanceOf(desk.venue.account).call()
    assert Usd.from_int(home, 6) == flat.free
    assert desk.look().equity == Usd(0)


def test_owner__posts_collateral_of_its_own__it_counts(desk: Desk) -> None:
    devnet = desk.devnet
    devnet.chain.send(
        devnet.token("USDC"), "mint", desk.venue.account, 700 * 10**6, sender=devnet.address(Role.DEPLOYER)
    )
    for call in owner.post(desk.venue, Usd(700)):
        desk.by_owner(call)
    assert desk.look().equity == Usd(700)


def test_funding__a_pool_above_the_index__is_received_by_the_short(desk: Desk) -> None:
    desk.fill(fund("30000"), sell("10", "1980"))
    market.trade_pool_to(desk.devnet, Decimal(2020))
    market.pass_time(desk.devnet, 1000)
    before = desk.look()
    rate = before.market(ETH).funding
    assert rate.value > Ratio("0.005")
    market.pass_time(desk.devnet, 3600)
    pending = desk.devnet.contract("Exchange").functions.getPendingFundingPayment(
        desk.venue.account, desk.venue.settings.markets[ETH].base_token
    )
    received = -Usd.from_int(pending.call(), 18)
    expected = Base(10) * before.market(ETH).index * rate.value * Ratio(Decimal(4600) / rate.interval_s)
    assert received > Usd(0)
    assert abs(received - expected) < expected * Ratio("0.25")


def test_twap_interval__changed_by_the_exchange__is_followed_with_one_more_round(desk: Desk) -> None:
    devnet = desk.devnet
    config = devnet.contract("ClearingHouseConfig")
    devnet.chain.send(config, "setTwapInterval", 600, sender=devnet.address(Role.DEPLOYER))
    market.trade_pool_to(devnet, Decimal(2020))
    market.pass_time(devnet, 700)
    rate = desk.look().market(ETH).funding.value
    assert desk.fetch.round_trips == 2
    assert abs(rate - Ratio("0.01")) < Ratio("0.0002")  # ten minutes at 1 % above, and nothing of the time before


def test_pins__as_configured__are_what_the_exchange_names(desk: Desk) -> None:
    def levels(venue: PerpV2) -> list[str]:
        [found] = asyncio.run(drive([examine(venue)], desk.fetch))
        return [finding.level for finding in found]

    assert levels(desk.venue) == ["ok", "ok", "warn"]
    desk.by_owner(owner.revoke(desk.venue))
    assert levels(desk.venue) == ["ok", "fail", "warn"]
    contracts = desk.venue.contracts.model_copy(update={"vault": desk.venue.contracts.exchange})
    wrong = replace(desk.venue, settings=desk.venue.settings.model_copy(update={"contracts": contracts}))
    assert levels(wrong) == ["fail", "fail", "warn"]
