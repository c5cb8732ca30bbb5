"""What the receipt of one of our transactions says that it did."""

import pytest
from eth_abi.abi import encode

from agent.errors import Unreadable
from agent.evm import topic
from agent.evm_slot import Log, Mined, Receipt
from agent.model import Address, EvmTx, Settlement, Signed, Stamp
from agent.units import Base, Price, Usd
from agent.venues.perp_v2.probe import settlement
from tests.unit.venues.scene import ACCOUNT, BASE, CHAIN, CLEARING_HOUSE, ETH, OTHER_BASE, PERP, VAULT, WAD, perp_v2

VENUE = perp_v2()
CHANGED = topic("PositionChanged(address,address,int256,int256,uint256,int256,int256,uint256)")
TX = EvmTx(lane=VENUE.lane, nonce=1, expires_ms=2, to=CLEARING_HOUSE, data=b"", value=0, gas=1, max_fee=1, tip=0)


def indexed(address: Address) -> bytes:
    return int(address, 16).to_bytes(32)


def changed(
    size: int, notional: int, fee: int, trader: Address = ACCOUNT, base: Address = BASE, by: Address = CLEARING_HOUSE
) -> Log:
    figures = encode(("int256", "int256", "uint256", "int256", "int256", "uint256"), (size, notional, fee, 0, 0, 1))
    return Log(address=by, topics=(CHANGED, indexed(trader), indexed(base)), data=figures)


def mined(*logs: Log) -> Mined:
    receipt = Receipt(ref="0x1", block=9, block_hash="0x2", ok=True, gas_used=5, gas_wei=55, logs=logs)
    signed = Signed(venue=PERP, payload=TX, raw=b"", ref="0x1")
    return Mined(stamp=Stamp(source=CHAIN, time_ms=1, block=9), attempt=signed, receipt=receipt, burned=False)


def test_settlement__of_a_sale__is_negative_with_the_fee_beside_the_price() -> None:
    sale = changed(size=-5 * WAD, notional=9_910 * WAD, fee=9_910 * WAD // 1000)
    assert settlement(VENUE, mined(sale)) == Settlement(
        market=ETH, filled=Base(-5), price=Price(1982), fee=Usd("9.91"), gas_wei=55
    )


def test_settlement__of_a_purchase__is_positive() -> None:
    found = settlement(VENUE, mined(changed(size=2 * WAD, notional=-4_020 * WAD, fee=4 * WAD)))
    assert (found.filled, found.price, found.fee) == (Base(2), Price(2010), Usd(4))


@pytest.mark.parametrize(
    "other",
    [
        changed(-WAD, WAD, 0, trader=VAULT),
        changed(-WAD, WAD, 0, base=OTHER_BASE),
        changed(-WAD, WAD, 0, by=VAULT),
        Log(address=CLEARING_HOUSE, topics=(CHANGED,), data=b""),
        Log(address=CLEARING_HOUSE, topics=(indexed(ACCOUNT),) * 3, data=b""),
    ],
)
def test_settlement__of_events_that_are_not_our_trade__is_only_gas(other: Log) -> None:
    assert settlement(VENUE, mined(other)) == Settlement(gas_wei=55)


@pytest.mark.parametrize("data", [b"", changed(0, WAD, 0).data])
def test_settlement__of_an_event_that_makes_no_sense__is_unreadable(data: bytes) -> None:
    broken = Log(address=CLEARING_HOUSE, topics=changed(1, 1, 0).topics, data=data)
    with pytest.raises(Unreadable, match="the trade in 0x1 makes no sense"):
        settlement(VENUE, mined(broken))
