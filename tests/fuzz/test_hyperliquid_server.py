"""The local exchange under whatever comes: money is conserved, and no request breaks it."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.hyperliquid.actions import act
from tests.kit.hyperliquid.amounts import plain
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.requests import Request
from tests.kit.hyperliquid.signatures import Signature, connection_id, l1_message, signer
from tests.kit.hyperliquid.wallet import Wallet
from tests.unit.kit.hyperliquid.scene import AGENT, ETH, OTHER, OWNER, Scene, batch, limit, stop

_START = 20_000
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(
    ("type", "action", "nonce", "signature", "orders", "a", "p", "s", "t", "user", "oid", "coin", "r")
)
_TYPES = st.sampled_from(
    ("order", "approveAgent", "withdraw3", "l2Book", "userFunding", "orderStatus", "meta", "cancel")
)
_sizes = st.integers(-30_000, 30_000).filter(lambda lots: abs(lots) >= 100).map(lambda lots: Decimal(lots).scaleb(-4))
_prices = st.integers(1_900, 2_100)
_steps = st.lists(st.tuples(_sizes, _prices), min_size=1, max_size=6)


def _paths(given: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """To each part of a body."""
    inner = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    return [path, *(each for name, part in inner for each in _paths(part, (*path, name)))]


def _changed(body: Any, path: tuple[Any, ...], part: Any) -> Any:
    if not path:
        return part
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = _changed(body[path[0]], path[1:], part)
    return copy


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_request__with_any_part_replaced__is_answered_and_changes_nothing(data: st.DataObject) -> None:
    scene = Scene()
    body = AGENT.l1(batch(limit("A", "0.5", "1999"), stop("B", "0.5", "2100")), scene.nonce())
    path = data.draw(st.sampled_from(_paths(body)))
    part = data.draw(_JSON)
    changed = _changed(body, path, part)
    reply = scene.post("/exchange", changed)
    assert reply.status in (200, 400, 422)
    assert scene.exchange.changes() == [] or changed == body or path == ("vaultAddress",)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_NAMES, _JSON, max_size=4), _TYPES, st.sampled_from(("/info", "/exchange")))
def test_request__of_any_json__is_answered(parts: dict[str, Any], kind: str, path: str) -> None:
    body = parts | ({"type": kind} if path == "/info" else {"action": {"type": kind} | parts})
    assert Scene().post(path, body).status in (200, 400, 422, 500)


def _act(scene: Scene, wallet: Wallet, action: dict[str, Any]) -> None:
    """Past the signature, which takes longer than all the rest."""
    with scene.exchange.engine.at() as state:
        account = state.accounts[wallet.address]
        request = Request(
            action=action, kind=action["type"], nonce=0, signer=wallet.address, account=account, is_agent=False
        )
        act(state, request)


def _order(scene: Scene, wallet: Wallet, order: dict[str, Any]) -> None:
    _act(scene, wallet, batch(order))


@settings(max_examples=40, deadline=None)
@given(_steps, st.booleans(), st.integers(1, 4), st.integers(-4, 4))
def test_trades_between_two_accounts__whatever_their_order__conserve_the_money(
    steps: list[tuple[Decimal, int]], cross: bool, leverage: int, hundredths: int
) -> None:
    scene = Scene()
    scene.exchange.set_book("ETH", [], [])
    scene.exchange.fund(OWNER.address, Decimal(_START // 2))
    scene.exchange.fund(OTHER.address, Decimal(_START))
    scene.exchange.set_leverage(OWNER.address, "ETH", leverage, is_cross=cross)
    scene.exchange.set_premium("ETH", Decimal(hundredths).scaleb(-2))
    for change, price in steps:
        resting, taking = ("A", "B") if change > 0 else ("B", "A")
        _order(scene, OTHER, limit(resting, plain(abs(change)), str(price), tif="Gtc"))
        _order(scene, OWNER, limit(taking, plain(abs(change)), str(price)))
        _act(scene, OTHER, {"type": "scheduleCancel", "time": scene.exchange.now_ms + 5_000})
        scene.exchange.advance(1800)
    fees = sum((fill.fee for each in (OWNER, OTHER) for fill in scene.exchange.fills(each.address)), Decimal(0))
    sizes = [scene.exchange.position(each.address, "ETH") for each in (OWNER, OTHER)]
    assert sum(sizes) == 0
    assert abs(scene.value() + scene.value(OTHER) + fees - 2 * _START) < Decimal("0.0001")


@settings(max_examples=60, deadline=None)
@given(_sizes, st.booleans(), st.integers(2, 25))
def test_liquidation_price__of_any_position__is_where_its_equity_meets_maintenance(
    size: Decimal, cross: bool, leverage: int
) -> None:
    scene = Scene()
    scene.exchange.set_book("ETH", [(Decimal(2000), Decimal(100))], [(Decimal(2000), Decimal(100))])
    scene.exchange.set_leverage(OWNER.address, "ETH", leverage, is_cross=cross)
    _order(scene, OWNER, limit("B" if size > 0 else "A", plain(abs(size)), "2000"))
    with scene.exchange.engine.at() as state:
        account = state.account(OWNER.address)
        position = account.positions[ETH]
        end = Margin(state, account).liquidation_price(position)
        if end is None:
            return
        state.assets[ETH].mark = end
        margin = Margin(state, account)
        equity = margin.equity if cross else margin.isolated_equity(position)
        assert abs(equity - margin.maintenance(position)) < Decimal("0.0001")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**256 + 1), st.integers(0, 2**256 + 1), st.sampled_from((27, 28)))
def test_signer__of_any_signature__is_an_address(r: int, s: int, v: int) -> None:
    message = l1_message(connection_id({"type": "noop"}, 1, None, None), "Testnet")
    found = signer(message, Signature(r=r, s=s, v=v))
    assert len(bytes.fromhex(found[2:])) == 20
