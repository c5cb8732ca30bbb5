"""Spot on the user's word."""

import asyncio

from agent.model import Holding, Name, Stamp
from agent.reading import drive
from agent.units import Base
from agent.wallets.declared import Declared
from tests.kit.scripted import Script

CHAIN, LEDGER, BTC = Name("arbitrum"), Name("ledger-btc"), Name("BTC")
HOLDING = Holding(where=LEDGER, underlying=BTC, amount=Base("1.5"), asset="declared", units="1.5", expires_ms=99)


def test_declared__with_a_chain__takes_its_time_and_says_until_when() -> None:
    script = Script(CHAIN)
    wallet = Declared(name=LEDGER, underlying=BTC, amount=Base("1.5"), expires_ms=99, source=CHAIN)
    [held] = asyncio.run(drive([wallet.observe()], script))
    assert (held.wallet, held.stamp, held.holdings) == (LEDGER, script.stamp, (HOLDING,))


def test_declared__without_a_chain__asks_nothing_and_has_no_time() -> None:
    script = Script(CHAIN)
    wallet = Declared(name=LEDGER, underlying=BTC, amount=Base("1.5"), expires_ms=99)
    [held] = asyncio.run(drive([wallet.observe()], script))
    assert (held.stamp, held.holdings, script.batches) == (Stamp(source=LEDGER, time_ms=0), (HOLDING,), [])
