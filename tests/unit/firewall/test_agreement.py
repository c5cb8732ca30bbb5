"""The venue writes, the firewall reads, and they share no code: what the one composes the other lets through."""

import pytest

from agent.firewall import Firewall
from agent.firewall.perp_v2 import PerpV2
from agent.model import Draft, Fund, Name, Payload, Position, Rules, Stamp, Terms, Trade, View
from agent.units import Base, Price, Ratio, Usd
from agent.venues.perp_v2.compose import compose
from agent.venues.perp_v2.settings import ContractSettings, MarketSettings, PerpV2Settings
from agent.venues.perp_v2.setup import Setup
from tests.unit.firewall.scene import (
    CEILING,
    CHAIN_ID,
    DELEGATED,
    ETH,
    EXPIRES_MS,
    GWEI,
    LANE,
    OPERATOR,
    OWN,
    STRANGER,
    VENUE,
    warrant,
)

STAMP = Stamp(source=Name("chain"), time_ms=EXPIRES_MS - 180_000)
TERMS = Terms(lane=LANE, stamp=STAMP, nonce=7, max_fee=20 * GWEI, tip=GWEI, ceiling=CEILING, expires_ms=EXPIRES_MS)
INCREASE = Trade(market=ETH, size=Base("-4.567"), worst=Price("1987.654321"), reduce_only=False)
REDUCE = Trade(market=ETH, size=Base("1.234567890123456789"), worst=Price("2012.3456789"), reduce_only=True)


def setup(pins: PerpV2) -> Setup:
    contracts = dict.fromkeys(ContractSettings.model_fields, STRANGER)
    contracts.update(clearing_house=pins.clearing_house, vault=pins.vault)
    market = MarketSettings(underlying=ETH, base_token=pins.base_tokens[ETH], pool=STRANGER)
    settings = PerpV2Settings(
        kind="perp-v2",
        chain=STAMP.source,
        account=pins.account,
        operator=Name("hot"),
        collateral=pins.collateral,
        collateral_decimals=pins.collateral_decimals,
        contracts=ContractSettings.model_validate(contracts),
        markets={ETH: market},
    )
    return Setup(name=VENUE, lane=LANE, chain_id=CHAIN_ID, operator=OPERATOR, confirmations=2, settings=settings)


@pytest.mark.parametrize("pins", [DELEGATED, OWN], ids=["delegated", "own account"])
@pytest.mark.parametrize("trade", [INCREASE, REDUCE], ids=["increase", "reduce"])
def test_firewall__every_payload_that_the_venue_composes__passes(trade: Trade, pins: PerpV2) -> None:
    leg_warrant = warrant(Fund(amount=Usd("1234.567891")), trade, position="-5", outside=Price(2000))
    position = Position(market=ETH, size=Base(-5), entry=Price(2000))
    view = View(
        venue=VENUE, stamp=STAMP, markets=(), positions=(position,), orders=(), equity=Usd(9_000), free=Usd(1_000)
    )
    draft = compose(setup(pins), leg_warrant.leg, view, TERMS)
    assert isinstance(draft, Draft)
    assert len(draft.payloads) == 3
    rules = Rules(
        rehearsed=draft.payloads,
        ceilings={LANE: CEILING},
        warrants=(leg_warrant,),
        max_deviation=Ratio("0.02"),
        max_order=Usd(10_000),
        turnover_left=Usd(10_000),
    )
    firewall, signed = Firewall({VENUE: pins}), list[tuple[Name, Payload]]()
    for payload in draft.payloads:
        assert firewall.first(VENUE, payload, rules, signed) == ()
        signed.append((VENUE, payload))
