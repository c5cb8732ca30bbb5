"""The bytes of each action, decoded by hand: word for word what the contracts' signatures say."""

from dataclasses import replace

import pytest

from agent.model import (
    Action,
    Address,
    Cancel,
    Cannot,
    Claim,
    Code,
    Draft,
    EvmTx,
    Fund,
    Kind,
    Leg,
    Movement,
    Protect,
    Trade,
    View,
)
from agent.units import Base, Price, Usd
from tests.unit.venues.scene import (
    ACCOUNT,
    BASE,
    CLEARING_HOUSE,
    COLLATERAL,
    DELEGATES,
    ETH,
    OPERATOR,
    PERP,
    TERMS,
    VAULT,
    WAD,
    Scene,
    look,
    perp_v2,
)

# From the ABI that the exchange ships.
APPROVE, DEPOSIT, DEPOSIT_FOR, WITHDRAW = "095ea7b3", "47e7ef24", "b3db428b", "f3fef3a3"
OPEN, OPEN_FOR, CLOSE = "b6b1b6c3", "00c2473e", "00aa9a89"
PERMIT = "4342e966"
VENUE = perp_v2()
SHORT_FIVE = look(Scene())[0]
UNDELEGATED = replace(SHORT_FIVE, may_trade=False)


def words(data: bytes) -> tuple[str, list[int]]:
    """A selector and the 32-byte words after it."""
    body = data[4:]
    assert len(body) % 32 == 0
    return data[:4].hex(), [int.from_bytes(body[at : at + 32]) for at in range(0, len(body), 32)]


def compose(*actions: Action, operator: Address = OPERATOR, view: View = SHORT_FIVE) -> Draft | Cannot:
    return perp_v2(operator).compose(Leg(venue=PERP, actions=actions), view, TERMS)


def payloads(*actions: Action, operator: Address = OPERATOR) -> list[EvmTx]:
    draft = compose(*actions, operator=operator)
    assert isinstance(draft, Draft)
    assert all(isinstance(payload, EvmTx) for payload in draft.payloads)
    return [payload for payload in draft.payloads if isinstance(payload, EvmTx)]


def trade(size: str, worst: str, reduce_only: bool = False) -> Trade:
    return Trade(market=ETH, size=Base(size), worst=Price(worst), reduce_only=reduce_only)


def test_sale__sells_exactly_the_coins__for_at_least_the_bound() -> None:
    [tx] = payloads(trade("-1.5", "1990"))
    selector, given_words = words(tx.data)
    assert tx.to == CLEARING_HOUSE
    assert selector == OPEN_FOR
    sells, exact_input, no_limit, no_referral = 1, 1, 0, 0
    expected = [sells, exact_input, 15 * WAD // 10, 2_985 * WAD, 1_800_000_180, no_limit, no_referral]
    assert given_words == [int(ACCOUNT, 16), int(BASE, 16), *expected]


def test_purchase__buys_exactly_the_coins__for_at_most_the_bound() -> None:
    [tx] = payloads(trade("5", "2010", reduce_only=True))
    selector, given_words = words(tx.data)
    assert selector == OPEN_FOR
    assert given_words[2:6] == [0, 0, 5 * WAD, 10_050 * WAD]


def test_own_account__trades_and_deposits__in_its_own_name() -> None:
    approve, deposit, opened = payloads(Fund(amount=Usd(10)), trade("-1", "1990"), operator=ACCOUNT)
    assert words(approve.data) == (APPROVE, [int(VAULT, 16), 10_000_000])
    assert words(deposit.data) == (DEPOSIT, [int(COLLATERAL, 16), 10_000_000])
    selector, given_words = words(opened.data)
    assert selector == OPEN
    assert given_words[0] == int(BASE, 16)


def test_collateral__is_approved_exactly_and_deposited_for_the_account__before_the_trade() -> None:
    approve, deposit, opened = payloads(Fund(amount=Usd("2500.5")), trade("-1", "1990"))
    assert [approve.to, deposit.to, opened.to] == [COLLATERAL, VAULT, CLEARING_HOUSE]
    assert words(approve.data) == (APPROVE, [int(VAULT, 16), 2_500_500_000])
    assert words(deposit.data) == (DEPOSIT_FOR, [int(ACCOUNT, 16), int(COLLATERAL, 16), 2_500_500_000])


def test_collateral__names_its_movements__and_a_trade_has_none() -> None:
    draft = compose(Fund(amount=Usd(1)), trade("-1", "1990"))
    assert isinstance(draft, Draft)
    assert draft.movements == tuple(
        Movement(kind=kind, token=COLLATERAL, source=OPERATOR, target=VAULT, amount=1_000_000)
        for kind in ("Approval", "Transfer")
    )


def test_payloads__carry_the_terms__and_count_up_from_the_nonce() -> None:
    sent = payloads(Fund(amount=Usd(1)), trade("-1", "1990"))
    assert [tx.nonce for tx in sent] == [7, 8, 9]
    assert {(tx.lane, tx.value, tx.max_fee, tx.tip, tx.expires_ms) for tx in sent} == {
        (VENUE.lane, 0, 30, 2, 1_800_000_180_999)
    }
    assert all(tx.gas > 0 for tx in sent)


@pytest.mark.parametrize("size", ["-0.001", "5.001", "-5"])
def test_reduction__that_would_add_or_turn_the_position__is_impossible(size: str) -> None:
    """The exchange has no reduce-only: a short of 5 may be bought back up to 5."""
    cannot = compose(trade(size, "2000", reduce_only=True))
    assert isinstance(cannot, Cannot)
    assert cannot.reason.code is Code.WRONG_WAY
    assert cannot.reason.limit == "position -5"


def test_trade__whose_bound_rounds_to_nothing__is_impossible() -> None:
    """To the contract a bound of 0 means: any price."""
    cannot = compose(trade("0.000000000000000001", "0.5", reduce_only=True))
    assert isinstance(cannot, Cannot)
    assert cannot.reason.code is Code.UNSUPPORTED


def test_reduction__that_the_account_has_not_permitted__is_the_owners_to_permit_or_to_sign() -> None:
    cannot = compose(Fund(amount=Usd(10)), trade("2", "2010", reduce_only=True), view=UNDELEGATED)
    assert isinstance(cannot, Cannot)
    assert (cannot.reason.code, cannot.reason.subject) == (Code.NOT_DELEGATED, PERP)
    assert cannot.reason.value == f"{ACCOUNT} must approve {OPERATOR} at {DELEGATES}"
    permit, close = cannot.calls
    assert (permit.sender, permit.to, permit.data[:4].hex()) == (ACCOUNT, DELEGATES, PERMIT)
    in_an_hour = UNDELEGATED.stamp.time_ms // 1000 + 3_600
    assert (close.sender, close.to) == (ACCOUNT, CLEARING_HOUSE)
    assert words(close.data) == (CLOSE, [int(BASE, 16), 0, 10_050 * WAD, in_an_hour, 0])


def test_flatten__that_the_account_has_not_permitted__is_the_owners_to_sign_and_asks_for_no_permission() -> None:
    """Whoever flattens may have taken it back on purpose."""
    leg = Leg(venue=PERP, actions=(trade("2", "2010", reduce_only=True),), kind=Kind.FLATTEN)
    cannot = perp_v2().compose(leg, UNDELEGATED, TERMS)
    assert isinstance(cannot, Cannot)
    assert [call.data[:4].hex() for call in cannot.calls] == [CLOSE]


def test_sale__that_the_account_has_not_permitted__offers_the_permission_alone() -> None:
    cannot = compose(trade("-1", "1990"), view=UNDELEGATED)
    assert isinstance(cannot, Cannot)
    assert cannot.reason.code is Code.NOT_DELEGATED
    assert [call.data[:4].hex() for call in cannot.calls] == [PERMIT]


def test_collateral_alone__without_the_accounts_permission__still_goes() -> None:
    draft = compose(Fund(amount=Usd(10)), view=UNDELEGATED)
    assert isinstance(draft, Draft)
    assert len(draft.payloads) == 2


def test_own_account__needs_no_permission__to_trade() -> None:
    assert isinstance(compose(trade("-1", "1990"), operator=ACCOUNT, view=UNDELEGATED), Draft)


def test_withdrawal__is_the_accounts_own_call() -> None:
    cannot = compose(Fund(amount=Usd("-12.5")))
    assert isinstance(cannot, Cannot)
    assert cannot.reason.code is Code.OWNER
    [call] = cannot.calls
    assert (call.chain_id, call.sender, call.to, call.value) == (10, ACCOUNT, VAULT, 0)
    assert words(call.data) == (WITHDRAW, [int(COLLATERAL, 16), 12_500_000])


@pytest.mark.parametrize(
    "action", [Protect(market=ETH, size=Base(1), trigger=Price(3000)), Cancel(order_id="1"), Claim(market=ETH)]
)
def test_what_the_exchange_does_not_have__is_unsupported_by_name(action: Action) -> None:
    cannot = compose(action)
    assert isinstance(cannot, Cannot)
    assert (cannot.reason.code, cannot.reason.value) == (Code.UNSUPPORTED, type(action).__name__)
    assert cannot.calls == ()
