"""What is printed for the account to sign."""

from agent.units import Price, Usd
from agent.venues.perp_v2 import owner
from tests.unit.venues.scene import (
    ACCOUNT,
    BASE,
    CLEARING_HOUSE,
    COLLATERAL,
    DELEGATES,
    ETH,
    OPERATOR,
    VAULT,
    WAD,
    Scene,
    look,
    perp_v2,
)

VENUE = perp_v2()


def words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 32]) for at in range(4, len(data), 32)]


def test_delegate__permits_opening_alone__to_the_operator() -> None:
    call = owner.delegate(VENUE)
    assert (call.sender, call.to, call.chain_id, call.value) == (ACCOUNT, DELEGATES, 10, 0)
    assert (call.data[:4].hex(), words(call.data)) == ("4342e966", [int(OPERATOR, 16), 1])


def test_revoke__takes_back_what_was_permitted() -> None:
    call = owner.revoke(VENUE)
    assert (call.to, call.data[:4].hex(), words(call.data)) == (DELEGATES, "f3ac8f12", [int(OPERATOR, 16), 1])


def test_post__approves_and_deposits_the_same_amount() -> None:
    approve, deposit = owner.post(VENUE, Usd("1.5"))
    assert (approve.to, words(approve.data)) == (COLLATERAL, [int(VAULT, 16), 1_500_000])
    assert (deposit.to, words(deposit.data)) == (VAULT, [int(COLLATERAL, 16), 1_500_000])


def test_close__a_short__bounds_what_buying_back_may_cost() -> None:
    view, _ = look(Scene())
    [call] = owner.close(VENUE, view, {ETH: Price("2010.0000000000000000001")}, expires_ms=1_800_000_000_999)
    assert (call.sender, call.to, call.data[:4].hex()) == (ACCOUNT, CLEARING_HOUSE, "00aa9a89")
    assert words(call.data) == [int(BASE, 16), 0, 10_050 * WAD, 1_800_000_000, 0]


def test_close__a_long__bounds_what_selling_must_bring() -> None:
    view, _ = look(Scene(size=2 * WAD, open_notional=-4_000 * WAD))
    [call] = owner.close(VENUE, view, {ETH: Price("1990.0000000000000000001")}, expires_ms=1_800_000_000_999)
    assert words(call.data)[2] == 3_980 * WAD + 1


def test_close__of_a_position_without_a_bound__is_not_offered() -> None:
    assert owner.close(VENUE, look(Scene())[0], {}, expires_ms=0) == ()


def test_close__without_a_position__has_nothing_to_sign() -> None:
    assert owner.close(VENUE, look(Scene(size=0))[0], {}, expires_ms=0) == ()
