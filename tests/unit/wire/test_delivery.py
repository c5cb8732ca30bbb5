"""One order through journal, signer, wire and probe, while things go wrong: it moves a position once or never, and
the journal knows which."""

import asyncio
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agent.delivery import deliver
from agent.firewall import Firewall
from agent.journal.ledger import Ledger
from agent.message_slot import cloid_of, hl_lane
from agent.model import Intent, Lane, Memory, Outcome, State, Terms
from agent.reading import Fetch, drive
from agent.seams import House
from agent.signing.hyperliquid import HyperliquidSigner
from agent.signing.vault import LocalVault
from agent.units import Base
from agent.venues.hyperliquid.venue import Hyperliquid
from agent.wire.info import Info
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.faults import Kind
from tests.kit.hyperliquid.server import served
from tests.unit.wire.test_exchange import AGENT, COIN, OWNER, VENUE, Desk, opened

LOOKS = 60
LANE: Lane = hl_lane("testnet", AGENT.address)
BAD_PRICE, GOOD_PRICE = "2500", "1900"


def never(*_: object, **__: object) -> Any:
    raise AssertionError("not a part of the delivery")


def house(desk: Desk, info: Info, ledger: Ledger, random: Random) -> House:
    looks = iter(range(LOOKS))

    async def moment() -> Fetch:
        return info

    async def pause() -> None:
        next(looks)
        desk.exchange.advance(random.choice((1, 2, 4)))

    return House(
        venues={VENUE: Hyperliquid(name=VENUE, lane=LANE, operator=AGENT.address, settings=desk.settings())},
        wires={LANE: desk.wire(info.post)},
        wallets=(),
        prices=(),
        vault=None,
        journal=ledger,
        moment=moment,
        stage=never,
        decide=never,
        check=never,
        judge=never,
        rules=never,
        pause=pause,
        tap=lambda step: None,
    )


def disturb(exchange: Exchange, random: Random) -> None:
    for _ in range(random.randint(0, 3)):
        kind = random.choice(list(Kind))
        path = "/info" if kind is Kind.STALE else random.choice(("/exchange", "/exchange", "/info"))
        real = kind in (Kind.DELAY_BEFORE, Kind.DELAY_AFTER)
        delay_s = Decimal("0.01") if real else Decimal(random.choice((1, 3, 10, 14, 16, 25)))
        exchange.inject(kind, path=path, delay_s=delay_s, times=random.choice((1, 1, 2, 5)))
    if random.random() < 0.2:
        exchange.fill_partly(Decimal("0.4"))


async def delivered(desk: Desk, ledger: Ledger, random: Random) -> tuple[str, Outcome]:
    async with Info(VENUE, desk.url, now_ms=lambda: desk.exchange.now_ms) as info:
        built = house(desk, info, ledger, random)
        [terms] = await drive([built.wires[LANE].terms(Memory())], info)
        intent = recorded(desk, ledger, terms, random)
        disturb(desk.exchange, random)
        vault = LocalVault(Firewall({}), {LANE: HyperliquidSigner(key=AGENT, network="testnet")})
        return intent.attempts[0].ref, await deliver(built, vault, intent)


def recorded(desk: Desk, ledger: Ledger, terms: Terms, random: Random) -> Intent:
    action = desk.order(cloid_of(LANE, terms.nonce), random.choice((GOOD_PRICE, GOOD_PRICE, BAD_PRICE)))
    return ledger.record(desk.sealed(action, terms), 0)


@pytest.mark.parametrize("seed", range(24))
def test_deliver__while_things_go_wrong__moves_once_or_never_and_says_which(seed: int, tmp_path: Path) -> None:
    exchange, ledger = Exchange(network="Testnet", seed=seed % 12), Ledger(tmp_path / "journal.sqlite")
    opened(exchange)
    ledger.begin_run("run", 0)
    with served(exchange) as url:
        cloid, outcome = asyncio.run(delivered(Desk(exchange, url), ledger, Random(seed)))
        exchange.clear_faults()
        exchange.advance(60)
    done = outcome.state is State.DONE
    assert exchange.changes_by_cloid() == ({cloid: 1} if done else {})
    filled = outcome.settlement.filled if outcome.settlement else Base(0)
    assert filled == Base(exchange.position(OWNER.address, COIN))
    assert not ledger.open()
