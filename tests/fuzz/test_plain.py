"""Any word of ours survives the way to JSON and back."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.model import Address, EvmTx, Lane, Message, Name, Outcome, Settlement, Stamp, State
from agent.model.plain import plain, revive
from agent.units import Base, Price, Usd

WEI = st.integers(0, 2**256 - 1)
AMOUNTS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=Decimal(-10) ** 30, max_value=Decimal(10) ** 30
)
TEXT = st.text(max_size=20)
SLOT = {"lane": TEXT.map(Lane), "nonce": WEI, "expires_ms": WEI}
TXS = st.builds(EvmTx, **SLOT, to=TEXT.map(Address), data=st.binary(), value=WEI, gas=WEI, max_fee=WEI, tip=WEI)
MESSAGES = st.builds(Message, **SLOT, url=TEXT, body=st.binary())
SETTLEMENTS = st.builds(
    Settlement,
    market=st.none() | TEXT.map(Name),
    filled=AMOUNTS.map(Base),
    price=st.none() | AMOUNTS.map(Price),
    fee=AMOUNTS.map(Usd),
    gas_wei=WEI,
)
STAMPS = st.builds(Stamp, source=TEXT.map(Name), time_ms=WEI, block=st.none() | WEI, block_hash=st.none() | TEXT)
OUTCOMES = st.builds(
    Outcome,
    state=st.sampled_from(State),
    stamp=STAMPS,
    order_id=st.none() | TEXT,
    settlement=st.none() | SETTLEMENTS,
    reason=st.none(),
)


@given(thing=TXS | MESSAGES | OUTCOMES)
def test_plain__any_payload_or_outcome__comes_back_as_it_was(thing: EvmTx | Message | Outcome) -> None:
    assert revive(type(thing), json.loads(json.dumps(plain(thing)))) == thing
