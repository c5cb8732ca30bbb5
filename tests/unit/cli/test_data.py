"""The recorded history on the command line: loaded from a file, asked of a local exchange, shown."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from aiohttp import web

from agent.cli import main
from agent.errors import Exit
from agent.model import Name, Rate
from agent.records import History
from agent.units import Price, Ratio
from agent.wire.budget import Budget
from agent.wire.weights import SLOW
from agent.wiring import filling, hyperliquid
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.server import served
from tests.kit.serving import serving
from tests.unit.cli.test_funding import BOOK, DEAD, venue
from tests.unit.test_settings import good
from tests.venues.hyperliquid import ACCOUNT, AGENT, endowed

HISTORY = Path("hedgekeeper-state") / "history.sqlite"
HL, ETH = Name("hl"), Name("ETH")
HOUR_MS = 3_600_000
SHEET = """\
ts,spot_close,perp_close,mark_close,funding_rate,funding_interval_hours
1600005600,2000,2010,2020,0.0001,8
1600009200,2001,,,,
1600020000,2002,2012,,,
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def configured() -> None:
    Path("hedgekeeper.toml").write_text(good())
    Path("bars.csv").write_text(SHEET)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    found = endowed()
    found.advance(3 * 3600)
    with served(found) as url:
        Path("hedgekeeper.toml").write_text(BOOK + venue("hl", url, ACCOUNT) + venue("dead", DEAD, AGENT))
        yield found


def told(capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, str]:
    ends = main(("data", *flags))
    return ends, capsys.readouterr().out


@pytest.mark.usefixtures("configured")
def test_load__a_file__is_there_afterwards_with_its_holes(capsys: pytest.CaptureFixture[str]) -> None:
    ends, said = told(capsys, "load", "bars.csv", "--underlying", "ETH", "--venue", "perp")
    assert (ends, said) == (Exit.DONE, "bars.csv: 3 hours of ETH, as perp ETH\n")

    ends, said = told(capsys, "--json")
    found = {each["what"]: each for each in json.loads(said)["series"]}

    assert ends == Exit.DONE
    assert {what: each["rows"] for what, each in found.items()} == {"price": 3, "mark": 2, "funding": 1}
    assert (found["price"]["holes"], found["price"]["longest_ms"]) == (1, 3 * HOUR_MS)
    assert found["mark"]["of"] == "perp ETH"
    assert "2020-09-13 14:00" in told(capsys)[1]


@pytest.mark.usefixtures("configured")
def test_load__under_names_that_nothing_else_bears__says_who_looks_at_it(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = told(capsys, "load", "bars.csv", "--underlying", "ETHH", "--venue", "binance")
    assert said.splitlines() == [
        "bars.csv: 3 hours of ETHH, as binance ETHH",
        "  no hedge here looks at ETHH: only a replay with --underlying ETHH does",
        "  there is no [venues.binance]: only a replay with --venue binance looks at its mark and funding",
    ]


@pytest.mark.usefixtures("configured")
def test_load__again__adds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    flags = ("load", "bars.csv", "--underlying", "ETH", "--venue", "perp")
    told(capsys, *flags)
    before = told(capsys)[1]

    assert told(capsys, *flags)[0] == Exit.DONE
    assert told(capsys)[1] == before


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("flags", [("load",), ("load", "bars.csv"), ("load", "bars.csv", "--underlying", "ETH")])
def test_load__without_what_it_is_about__is_refused(
    flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("data", *flags)) == Exit.CONFIG
    assert "needs FILE, --underlying and --venue" in capsys.readouterr().err
    assert not HISTORY.exists()


@pytest.mark.usefixtures("configured")
def test_data__nothing_recorded_yet__says_how_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("data",)) == Exit.CONFIG
    assert "no history yet" in capsys.readouterr().err


@pytest.mark.parametrize("flags", [("show", "bars.csv"), ("--underlying", "ETH"), ("fill", "--venue", "perp")])
def test_data__what_only_load_takes__is_refused(
    configured: None, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...]
) -> None:
    assert main(("data", *flags)) == Exit.CONFIG
    assert "are for `data load`" in capsys.readouterr().err


def test_funding__a_history_that_is_broken__is_told_on_stderr(
    exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    HISTORY.parent.mkdir()
    HISTORY.write_text("no database, and longer than the sixteen bytes that tell one")

    main(("funding",))

    assert "the history could not be read, policies see none" in capsys.readouterr().err


def test_fill__from_an_exchange__brings_payments_and_prices_of_the_hours_that_ended(
    exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    ends, said = told(capsys, "fill")

    assert ends == Exit.TEMPORARY, "the other venue does not answer"
    assert "hl ETH: 3 funding payments, 3 hourly prices" in said
    assert "dead ETH: 0 funding payments, 0 hourly prices; " in said
    with History(HISTORY) as history:
        bars = list(history.bars(ETH, HL, ETH))
    end = exchange.now_ms
    assert [bar.at_ms for bar in bars] == [end - 2 * HOUR_MS, end - HOUR_MS, end]
    assert {bar.traded for bar in bars} == {Price(2000)}
    assert {bar.funding for bar in bars} == {Rate(value=Ratio("0.0000125"), interval_s=3600)}
    assert {bar.spot for bar in bars} == {Price(2000)}, "candles stand in for an outside price that nobody recorded"


def test_fill__of_more_hours_than_one_answer_holds__goes_on_page_by_page(
    exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(597):
        exchange.advance(3600)

    assert "hl ETH: 600 funding payments, 600 hourly prices" in told(capsys, "fill", "--days", "30")[1]


def test_fill__while_the_minute_is_used_up__waits_for_room(
    exchange: Exchange, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The minute's budget for slow facts is spent; the clock moves by 20 s each time that it waits."""
    clock = [0]
    budget = Budget(lambda: clock[0])
    budget.spend(SLOW, slow=True)

    async def wait(seconds: float) -> None:
        clock[0] += 20_000

    monkeypatch.setattr(hyperliquid, "_budget", lambda endpoint: budget)
    monkeypatch.setattr(filling, "sleep", wait)

    assert "hl ETH: 3 funding payments, 3 hourly prices" in told(capsys, "fill")[1]
    assert clock[0] == 60_000


def test_fill__what_a_run_saw__stays_as_it_was(exchange: Exchange, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "fill", "--days", "1")
    exchange.set_price("ETH", Decimal(2500))

    told(capsys, "fill", "--days", "1")

    with History(HISTORY) as history:
        assert {bar.traded for bar in history.bars(ETH, HL, ETH)} == {Price(2000)}


@pytest.mark.usefixtures("configured")
def test_fill__of_an_exchange_that_keeps_no_past__says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("hedgekeeper.toml").write_text(re.sub(r"assets = .*", 'assets = ["ETH"]', good()))

    ends, said = told(capsys, "fill")

    assert ends == Exit.DONE
    assert "only runs record it" in said


def test_fill__from_gmx__brings_what_its_price_service_keeps(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [[1_600_002_000 + 3600 * hour, 1, 3, 1, close] for hour, close in ((2, 2002.5), (1, 2001.5), (0, 2000))]

    async def answer(request: web.Request) -> web.Response:
        assert request.query == {"tokenSymbol": "ETH", "period": "1h", "limit": "4801"}
        return web.json_response({"period": "1h", "candles": rows})

    app = web.Application()
    app.router.add_get("/prices/candles", answer)
    with serving(app) as url:
        Path("hedgekeeper.toml").write_text(on_gmx(url))
        ends, said = told(capsys, "fill")

    assert (ends, said.split(";")[0]) == (Exit.DONE, "gmx ETH: 0 funding payments, 3 hourly prices")
    with History(HISTORY) as history:
        closes = [bar.traded for bar in history.bars(ETH, Name("gmx"), ETH)]
    assert closes == [Price(2000), Price("2001.5"), Price("2002.5")]


def on_gmx(url: str) -> str:
    """The page's own configuration, with a chain that nobody runs."""
    page = Path(__file__).parents[3] / "docs" / "gmx-v2.md"
    toml = "".join(re.findall(r"```toml\n(.*?)```", page.read_text(), re.DOTALL))
    toml = toml.replace("https://arbitrum-api.gmxinfra.io", url)
    toml = re.sub(r"rpc = \[.*?\]", f'rpc = ["{DEAD}"]', toml)
    for digit in "123":
        toml = toml.replace('"0x..."', f'"0x{digit * 40}"', 1)
    return toml
