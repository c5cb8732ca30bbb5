"""GMX v2 with a wrong configuration, or without a fresh price, as a person meets it on the local exchange."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from agent.errors import Exit
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.faults import case as cases
from tests.kit.faults import records
from tests.kit.faults.case import Case
from tests.kit.gmx import devnet as launch
from tests.kit.gmx.offchain import Keeper

pytestmark = pytest.mark.chain

NOBODY = '["http://127.0.0.1:1"]'
STALE_S = 100_000
"""Longer than any feed of the configuration may be silent."""
UNLISTED = "0x" + "0" * 38 + "75"


@pytest.fixture(scope="module")
def gmx() -> Iterator[Devnet]:
    with launch.devnet(keeper=Keeper(delay_s=0)) as started:
        yield started


@pytest.fixture
def desk(gmx: Devnet, tmp_path: Path) -> Iterator[Case]:
    with cases.on(gmx) as devnet:
        yield cases.unhedged(devnet, tmp_path / "keeper")


@pytest.fixture
def short(desk: Case) -> Case:
    assert desk.run().exit == Exit.DONE
    return desk


def _miswritten(case: Case, was: str, now: str) -> None:
    file = case.folder / "hedgekeeper.toml"
    text = file.read_text()
    assert was in text
    file.write_text(text.replace(was, now))


@pytest.mark.parametrize("command", ["plan", "run", "flatten"])
@pytest.mark.parametrize(
    ("was", "now", "key"),
    [
        ("decimals = 6", "decimals = 18", "venues.gmx.market.short.decimals is 18, but"),
        ("{market}", UNLISTED, f"venues.gmx.market.token: the exchange has no market {UNLISTED}"),
        ('"2.2"', '"live"', "pin that version with it"),
    ],
    ids=["decimals", "market", "layout"],
)
def test_configuration__that_the_exchange_contradicts__is_78_with_the_key_and_the_file(
    desk: Case, command: str, was: str, now: str, key: str
) -> None:
    _miswritten(desk, was.format(market=desk.devnet.exchange["EthMarket"]), now)
    ended = desk.run(command)
    assert (ended.exit, key in ended.out, "hedgekeeper.toml" in ended.out) == (Exit.CONFIG, True, True), ended
    assert records.deposits(desk.devnet) == 0


def test_flatten__price_service_dead_and_feeds_stale__closes_and_says_at_what_price(short: Case) -> None:
    short.set("tickers", NOBODY)
    short.devnet.chain.warp(STALE_S)
    held = short.run()
    assert held.exit == Exit.TEMPORARY, held
    printed = short.run("flatten", "--print")
    assert (printed.exit, "buy back ETH sold for 36,200 USD at no more than" in printed.out) == (Exit.PERSON, True), (
        printed
    )
    ended = short.run("flatten")
    assert ended.exit == Exit.DONE, ended
    for said in (printed, ended):
        assert "valued at the last price that is known, however old" in said.err
    assert records.position(short.devnet) == Decimal(0)


def _approve(case: Case, units: int) -> None:
    account, router = case.devnet.address(Role.ACCOUNT), case.devnet.exchange["Router"]
    case.devnet.chain.send(case.devnet.token("USDC"), "approve", router, units, sender=account)


def test_run__only_the_approval_is_missing__asks_for_that_and_for_no_coins(desk: Case) -> None:
    _approve(desk, 0)
    asked = desk.run()
    assert (asked.exit, "[COLLATERAL]" in asked.out) == (Exit.PERSON, True), asked
    assert f"to the exchange's Router {desk.devnet.exchange['Router']}, by `hedgekeeper gmx delegate" in asked.out
    assert ": send " not in asked.out


def test_run__after_a_flatten_without_collateral_or_approval__is_held_and_asks_for_nothing(short: Case) -> None:
    _approve(short, 0)
    assert short.run("flatten").exit == Exit.DONE
    held = short.run()
    assert (held.exit, "[ON_HOLD]" in held.out, "COLLATERAL" in held.out) == (Exit.HELD, True, False), held


def test_run__its_order_executed__tells_what_the_operator_paid_beside_what_it_cost(desk: Case) -> None:
    done = desk.run()
    assert done.exit == Exit.DONE, done
    told = r" ([0-9.]+) ETH of gas, the operator paid ([0-9.]+) ETH, of which ([0-9.]+) ETH came back to the account"
    [found] = re.findall(told, done.out)
    cost, paid, back = map(Decimal, found)
    assert paid == cost + back
    assert 0 < cost < back
