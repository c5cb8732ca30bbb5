"""What a call does, read back from its bytes: the same that compose and the owner's calls were made of."""

import pytest

from agent.model import Cannot, EvmTx, Fund, Kind, Leg, Trade
from agent.units import Base, Price, Usd
from agent.venues.perp_v2 import methods, owner
from agent.venues.perp_v2.setup import Setup
from agent.venues.perp_v2.words import READERS, told
from agent.venues.told import Told
from tests.unit.venues.scene import ETH, PERP, TERMS, Scene, look, perp_v2

VENUE = perp_v2()
SETUP: Setup = VENUE
UNTIL_S = TERMS.expires_ms // 1000


def says(*actions: Fund | Trade) -> list[Told | None]:
    draft = VENUE.compose(Leg(venue=PERP, actions=actions, kind=Kind.REBALANCE), look(Scene())[0], TERMS)
    assert not isinstance(draft, Cannot)
    return [told(VENUE.settings, tx.data) for tx in draft.payloads if isinstance(tx, EvmTx)]


def test_words__collateral_and_a_sale__are_what_was_composed() -> None:
    sale = Trade(market=ETH, size=Base("-1.5"), worst=Price("1980.5"), reduce_only=False)
    assert says(Fund(amount=Usd("1234.5")), sale) == [
        Told(method="approve", says="approve 1,234.5 USD of collateral"),
        Told(method="depositFor", says="deposit 1,234.5 USD of collateral"),
        Told(method="openPositionFor", says="sell 1.5 ETH at no less than 1,980.5", until_s=UNTIL_S),
    ]


def test_words__a_purchase__is_no_more_than() -> None:
    [bought] = says(Trade(market=ETH, size=Base(2), worst=Price(2020), reduce_only=True))
    assert bought == Told(method="openPositionFor", says="buy 2 ETH at no more than 2,020", until_s=UNTIL_S)


def test_words__the_owners_calls__name_method_bound_and_expiry() -> None:
    [close] = owner.close(SETUP, look(Scene())[0], {"ETH": Price(2100)}, 1_800_000_000_000)
    read = told(VENUE.settings, close.data)
    assert read is not None
    assert (read.method, read.until_s) == ("closePosition", 1_800_000_000)
    assert "no more than 10,500 USD in all" in read.says
    allow, revoke = (told(VENUE.settings, call.data) for call in (owner.delegate(SETUP), owner.revoke(SETUP)))
    assert allow is not None
    assert revoke is not None
    assert allow.says == f"let {SETUP.operator} trade for the account"
    assert revoke.says == f"no longer let {SETUP.operator} trade for the account"
    assert told(VENUE.settings, owner.withdraw(SETUP, Usd(5)).data) == Told(
        method="withdraw", says="withdraw 5 USD of collateral"
    )


@pytest.mark.parametrize("data", [b"", b"\x01\x02\x03\x04", bytes.fromhex("00c2473e") + bytes(32)])
def test_words__any_other_bytes__are_not_explained(data: bytes) -> None:
    assert told(VENUE.settings, data) is None


def test_words__a_market_that_is_not_configured__is_not_explained() -> None:
    other = VENUE.settings.model_copy(update={"markets": {}})
    [close] = owner.close(SETUP, look(Scene())[0], {"ETH": Price(2100)}, 1_800_000_000_000)
    assert told(other, close.data) is None


def test_readers__selectors__are_those_of_the_methods() -> None:
    known = {
        methods.Erc20.APPROVE,
        methods.Vault.DEPOSIT,
        methods.Vault.DEPOSIT_FOR,
        methods.Vault.WITHDRAW,
        methods.DelegateApproval.APPROVE,
        methods.DelegateApproval.REVOKE,
        methods.ClearingHouse.OPEN,
        methods.ClearingHouse.OPEN_FOR,
        methods.ClearingHouse.CLOSE,
    }
    assert set(READERS) == {method.selector.hex() for method in known}
