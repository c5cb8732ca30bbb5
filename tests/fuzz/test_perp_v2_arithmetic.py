"""Depth and price bounds of Perp v2 for any size, against the exchange's own integer arithmetic."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.model import Draft, EvmTx, Leg, Trade
from agent.units import Base, Price, Ratio
from agent.venues.perp_v2.depth import PoolState, pool_state, purchase, sale
from tests.unit.venues.scene import ETH, PERP, TERMS, WAD, Scene, look, perp_v2, root

FEE, Q96, LIQUIDITY = 1_000, 2**96, 10**24
SHORT_FIVE = look(Scene())[0]
POOL: PoolState = pool_state(root(2_000), LIQUIDITY, Ratio("0.001"), Price(2_000), Ratio("0.1"), 1_000)
SIZES = st.integers(min_value=1, max_value=500_000).map(lambda lots: Base(lots) * Ratio("0.001"))


def sold(amount: int) -> int:
    """What a sale brings: SqrtPriceMath.sol and OrderBook.replaySwap, exact input, rounded against the trader."""
    before, numerator = root(2_000), LIQUIDITY * Q96
    after = -(-numerator * before // (numerator + amount * before))
    notional = LIQUIDITY * (before - after) // Q96
    return notional - -(-notional * FEE // 10**6)


def bought(amount: int) -> int:
    """What a purchase costs: exact output, rounded against the trader."""
    before, numerator = root(2_000), LIQUIDITY * Q96
    after = -(-numerator * before // (numerator - amount * before))
    notional = -(-LIQUIDITY * (after - before) // Q96)
    return notional + -(-notional * FEE // (10**6 - FEE))


@given(size=SIZES)
def test_depth__a_sale_of_any_size__brings_what_the_exchange_pays(size: Base) -> None:
    price, amount = sale(POOL, size), size.to_int(18)
    assert price is not None
    assert abs(price - Price(Decimal(sold(amount)) / amount)) < Price("0.000000000001")


@given(size=SIZES)
def test_depth__a_purchase_of_any_size__costs_what_the_exchange_asks(size: Base) -> None:
    price, amount = purchase(POOL, size), size.to_int(18)
    assert price is not None
    assert abs(price - Price(Decimal(bought(amount)) / amount)) < Price("0.000000000001")


@given(
    lots=st.integers(min_value=-(10**9), max_value=10**9).filter(bool),
    worst=st.decimals(min_value="0.01", max_value="1e6", places=18),
)
def test_bound__of_any_trade__is_within_a_wei_and_never_against_the_user(lots: int, worst: Decimal) -> None:
    trade = Trade(market=ETH, size=Base(lots) * Ratio("0.001"), worst=Price(worst), reduce_only=False)
    draft = perp_v2().compose(Leg(venue=PERP, actions=(trade,)), SHORT_FIVE, TERMS)
    assert isinstance(draft, Draft)
    [tx] = draft.payloads
    assert isinstance(tx, EvmTx)
    amount, bound = (int.from_bytes(tx.data[at : at + 32]) for at in (4 + 4 * 32, 4 + 5 * 32))
    exact = (abs(trade.size) * trade.worst).raw * WAD
    assert amount == abs(trade.size).to_int(18)
    assert bound - 1 < exact <= bound if lots < 0 else bound <= exact < bound + 1
