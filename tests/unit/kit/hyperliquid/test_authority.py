from decimal import Decimal
from typing import Any

import pytest

from tests.kit.hyperliquid.refusals import Refused
from tests.kit.hyperliquid.replay import Nonces
from tests.kit.hyperliquid.unknowns import Unknowns
from tests.unit.kit.hyperliquid.scene import AGENT, ETH, OTHER, OWNER, STRANGER, Scene, batch, limit

DAY_MS = 86_400_000
NOOP = {"type": "noop"}


def _approve(address: str, **name: str) -> dict[str, Any]:
    return {"type": "approveAgent", "agentAddress": address} | name


def _is_unknown(answer: dict[str, Any]) -> bool:
    return answer["status"] == "err" and "does not exist" in answer["response"]


def test_approve_agent__by_the_master__lets_the_agent_act_until_it_expires() -> None:
    scene = Scene()
    until = scene.exchange.now_ms + 10_000
    assert scene.own(_approve(OTHER.address, agentName=f"desk valid_until {until}"))["status"] == "ok"
    assert {"name": "desk", "address": OTHER.address, "validUntil": until} in scene.ask("extraAgents")
    assert scene.ask("userRole", of=OTHER) == {"role": "agent", "data": {"user": OWNER.address}}
    assert scene.act(NOOP, by=OTHER)["status"] == "ok"
    scene.exchange.advance(10)
    assert _is_unknown(scene.act(NOOP, by=OTHER))
    assert scene.ask("userRole", of=OTHER) == {"role": "missing"}


def test_approve_agent__unnamed__is_not_listed_and_is_replaced_by_the_next() -> None:
    scene = Scene()
    scene.own(_approve(OTHER.address))
    assert [agent["name"] for agent in scene.ask("extraAgents")] == ["hedger"]
    scene.own(_approve(STRANGER.address))
    assert _is_unknown(scene.act(NOOP, by=OTHER))
    assert scene.act(NOOP, by=STRANGER)["status"] == "ok"
    scene.own(_approve("0x" + "00" * 20))
    assert _is_unknown(scene.act(NOOP, by=STRANGER))


def test_approve_agent__where_it_cannot_be__is_refused() -> None:
    scene = Scene()
    late = scene.exchange.now_ms + 181 * DAY_MS
    for name in ("a name of 17 chars", f"late valid_until {late}", "past valid_until 1"):
        assert scene.own(_approve(OTHER.address, agentName=name))["status"] == "err"
    assert scene.own(_approve(OWNER.address))["status"] == "err"
    for number, name in enumerate(("two", "three")):
        assert scene.own(_approve(f"0x{number + 1:040x}", agentName=name))["status"] == "ok"
    assert scene.own(_approve(OTHER.address, agentName="four"))["status"] == "err"


@pytest.mark.parametrize(
    "action",
    [
        _approve(OTHER.address),
        {"type": "withdraw3", "destination": STRANGER.address, "amount": "100"},
        {"type": "usdSend", "destination": STRANGER.address, "amount": "100"},
        {"type": "usdClassTransfer", "amount": "100", "toPerp": False},
        {"type": "userSetAbstraction", "user": OWNER.address, "abstraction": "unifiedAccount"},
        {"type": "spotSend", "destination": STRANGER.address, "token": "USDC", "amount": "1"},
    ],
    ids=lambda action: action["type"],
)
def test_user_signed_action__by_an_agent__is_refused_and_by_the_master_done(action: dict[str, Any]) -> None:
    scene = Scene()
    scene.exchange.fund(OWNER.address, Decimal(0), spot=Decimal(5))
    refused = f"Must deposit before performing actions. User: {AGENT.address}"
    assert scene.own(action, by=AGENT) == {"status": "err", "response": refused}
    assert scene.own(action, by=OWNER) == {"status": "ok", "response": {"type": "default"}}


def test_user_signed_action__whose_chain_or_nonce_is_another__is_refused() -> None:
    scene = Scene()
    action = {"type": "usdSend", "destination": STRANGER.address, "amount": "100"}
    assert scene.own(action | {"hyperliquidChain": "Mainnet"})["status"] == "err"
    assert scene.own(action | {"time": 5})["status"] == "err"
    assert scene.exchange.transfers() == []


def test_withdrawal__from_free_collateral__leaves_less_its_fee() -> None:
    scene = Scene()
    out = {"type": "withdraw3", "destination": STRANGER.address, "amount": "100"}
    assert scene.own(out)["status"] == "ok"
    assert scene.own(out | {"amount": "9900.1"})["status"] == "err"
    [moved] = scene.exchange.transfers()
    assert (moved.amount, moved.fee, scene.value()) == (Decimal(100), Decimal(1), Decimal(9_900))


def test_sub_account__with_a_vault_address_in_the_hash__trades_for_itself() -> None:
    scene = Scene(Unknowns(agents_move_collateral=False))
    created = scene.act({"type": "createSubAccount", "name": "second"}, by=OWNER)
    sub = created["response"]["data"]
    into = {"type": "subAccountTransfer", "subAccountUser": sub, "isDeposit": True, "usd": 5_000_000_000}
    assert scene.act(into, by=AGENT)["status"] == "err"
    assert scene.act(into, by=OWNER)["status"] == "ok"
    assert scene.act(batch(limit("A", "0.5", "1999")), vault=sub)["status"] == "ok"
    assert scene.exchange.position(sub, "ETH") == Decimal("-0.5")
    assert scene.exchange.position(OWNER.address, "ETH") == 0
    answer = scene.send(AGENT.l1(NOOP, scene.nonce(), vault=STRANGER.address))
    assert answer["status"] == "err"


def test_nonce__used_twice__is_refused_and_applied_once() -> None:
    scene = Scene()
    body = AGENT.l1(batch(limit("A", "0.5", "1999")), scene.nonce())
    assert scene.send(body)["status"] == "ok"
    again = f"Invalid nonce: duplicate nonce {body['nonce']}"
    assert scene.send(body) == {"status": "err", "response": again}
    assert len(scene.exchange.changes()) == 1


def test_nonce__of_two_signers__is_kept_apart() -> None:
    scene = Scene()
    nonce = scene.nonce()
    assert [scene.send(each.l1(NOOP, nonce))["status"] for each in (AGENT, OWNER)] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("offset_ms", "status"), [(-2 * DAY_MS, "err"), (1 - 2 * DAY_MS, "ok"), (DAY_MS - 1, "ok"), (DAY_MS, "err")]
)
def test_nonce__at_the_edges_of_its_window(offset_ms: int, status: str) -> None:
    scene = Scene()
    assert scene.send(AGENT.l1(NOOP, scene.exchange.now_ms + offset_ms))["status"] == status


def test_nonce__below_the_hundred_highest__is_refused_though_unused() -> None:
    nonces, now = Nonces(Unknowns()), 1_800_000_000_000
    for nonce in range(now, now + 100):
        nonces.use(AGENT.address, nonce, now)
    with pytest.raises(Refused, match="out of range"):
        nonces.use(AGENT.address, now - 1, now)
    nonces.use(AGENT.address, now + 100, now)
    with pytest.raises(Refused, match="out of range"):
        nonces.use(AGENT.address, now, now)
    nonces.use(OWNER.address, now, now)


def test_agent__deregistered_and_approved_again__can_be_replayed() -> None:
    scene = Scene()
    body = AGENT.l1(batch(limit("A", "0.5", "1999")), scene.nonce())
    assert scene.send(body)["status"] == "ok"
    scene.exchange.revoke(AGENT.address)
    assert _is_unknown(scene.send(body))
    scene.exchange.approve(OWNER.address, AGENT.address)
    assert scene.send(body)["status"] == "ok"
    assert scene.exchange.position(OWNER.address, "ETH") == -1


def test_expires_after__on_the_exchange_clock__ends_an_action_at_five_times_its_cost() -> None:
    scene = Scene()
    order, ends = batch(limit("A", "0.5", "1999")), scene.exchange.now_ms + 15_000
    early, late = (AGENT.l1(order, scene.nonce(), expires_after=ends) for _ in range(2))
    scene.exchange.advance(15)
    assert scene.send(early)["status"] == "ok"
    scene.exchange.advance(1)
    assert scene.send(late) == {"status": "err", "response": "Action expired"}
    assert scene.ask("userRateLimit")["nRequestsUsed"] == 1 + 5
    assert len(scene.exchange.changes()) == 1


def test_texts__of_other_seeds__differ_where_the_documentation_is_silent() -> None:
    drawn = [Unknowns.of(seed) for seed in range(20)]
    assert len({each.duplicate for each in drawn}) > 2
    assert {each.batch_as_err for each in drawn} == {True, False}
    assert Unknowns.of(7) == Unknowns.of(7)


def test_leverage__set_by_an_agent__is_shown_before_there_is_a_position() -> None:
    scene = Scene()
    assert scene.act({"type": "updateLeverage", "asset": ETH, "isCross": False, "leverage": 2})["status"] == "ok"
    assert scene.ask("activeAssetData", coin="ETH")["leverage"] == {"type": "isolated", "value": 2}
    assert scene.act({"type": "updateLeverage", "asset": ETH, "isCross": True, "leverage": 26})["status"] == "err"
