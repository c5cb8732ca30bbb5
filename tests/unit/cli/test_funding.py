"""Carry across venues: a local exchange that answers, and a chain that does not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.cli.funding import Funding
from agent.errors import Exit
from agent.model import Gap, Rate, Snapshot
from agent.units import Ratio
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.server import served
from tests.unit.hedge.scene import OTHER, PERP, market, view
from tests.venues.hyperliquid import ACCOUNT, AGENT, endowed

PINNED = "0.0000125"
"""Where the book is near the oracle: 0.00125 % an hour, which is 10.95 % a year."""


DEAD = "http://127.0.0.1:1"
BOOK = f"""
[chains.local]
id = 31337
rpc = ["{DEAD}"]
max_fee_gwei = "1"
[keys.operator]
address = "{AGENT}"
[wallets.cold]
chain = "local"
address = "{ACCOUNT}"
assets = ["ETH"]
[hedges.ETH]
venues = ["hl", "dead"]
"""


def venue(name: str, url: str, account: str) -> str:
    return f"""
[venues.{name}]
kind = "hyperliquid"
network = "testnet"
url = "{url}"
account = "{account}"
operator = "operator"
markets.ETH = {{ underlying = "ETH", coin = "ETH", asset = 1, size_decimals = 4 }}
"""


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    monkeypatch.chdir(tmp_path)
    found = endowed()
    found.advance(3 * 3600)
    with served(found) as url:
        (tmp_path / "hedgekeeper.toml").write_text(BOOK + venue("hl", url, ACCOUNT) + venue("dead", DEAD, AGENT))
        yield found


def told(capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, str]:
    ends = main(("funding", *flags))
    return ends, capsys.readouterr().out


def test_funding__json__is_one_object_with_every_rate_its_interval_and_the_past(
    exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    ends, out = told(capsys, "--json")

    found: dict[str, Any] = json.loads(out)
    [market] = found["markets"]
    assert (market["venue"], market["market"], market["position"]) == ("hl", "ETH", "0")
    assert (market["funding"]["value"], market["funding"]["interval_s"]) == (PINNED, 3600)
    assert (market["carry_a_year"], market["a_short"]) == ("0.1095", "you RECEIVE 11 % a year")
    assert [paid["rate"]["value"] for paid in market["history"]] == [PINNED] * 3
    assert (ends, found["exit"]) == (Exit.TEMPORARY, 75), "the other venue does not answer"
    assert [reason["subject"] for reason in found["reasons"]] == ["dead"]


def test_funding__text__says_it_in_words_and_numbers(exchange: Exchange, capsys: pytest.CaptureFixture[str]) -> None:
    exchange.quote("ETH", size_usd=Decimal(20_000))

    _, out = told(capsys)

    assert "0.00125 %" in out
    assert "you RECEIVE 11 % a year" in out
    assert "hl ETH: you RECEIVE 11 % a year on average of 3 payments" in out
    assert "3 of them RECEIVE" in out


def test_funding__more_days_than_one_answer_holds__is_refused(
    exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("funding", "--days", "21")) == Exit.CONFIG
    assert "at most 20" in capsys.readouterr().err


def test_funding__a_borrow_fee_above_the_funding__is_said_to_be_paid_and_a_venue_without_a_past_says_so() -> None:
    """0.001 % received and 0.002 % borrowed by the hour; per second and per hour are told alike."""
    borrowing = replace(
        market(),
        funding=Rate(value=Ratio("0.00001"), interval_s=3600),
        borrow=Rate(value=Ratio("0.000000005"), interval_s=1),
    )
    seen = Snapshot(views=(view("-3", at=borrowing), view(venue=OTHER)), gaps=(Gap(source=PERP, why="no answer"),))

    funding = Funding(snapshot=seen, past={}, days=7)

    text = "\n".join(funding.text())
    assert "perp" in text
    assert "you PAY 7 % a year" in text
    assert "short 3" in text
    assert text.count("tells no past") == 2
    assert funding.exit is Exit.TEMPORARY
