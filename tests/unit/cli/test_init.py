"""`init` against a scripted chain: what is asked again, what is never lost, and what is written."""

import asyncio
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from agent.cli import answers, init, main
from agent.cli.template import quote
from agent.errors import ConfigError, Exit, Mismatch, Unreadable
from agent.evm import Method
from agent.fields import parse_address
from agent.model import Address, Name
from agent.prices.feed import DECIMALS, LATEST
from agent.reading import Reading, drive
from agent.settings import load
from agent.venues.perp_v2.settings import PerpV2Settings
from agent.wallets.check import SYMBOL
from agent.wiring.discovery import SOURCE, Place
from tests.kit.scripted import Script

T = TypeVar("T")

KEY = "5a" * 32
NOW_S = 1_800_000_000
WETH, USDC = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
WALLET, ACCOUNT, OPERATOR, HOUSE, BASE, FEED = (str(parse_address("0x" + f"{n}a" * 20)) for n in range(1, 7))
POOL, COIN, NO_MARKET = (str(parse_address("0x" + f"{n}b" * 20)) for n in range(1, 4))
PARTS = ("getClearingHouseConfig", "getAccountBalance", "getExchange", "getVault", "getDelegateApproval")
GOOD = {
    "rpc": "http://node.example",
    "wallet": WALLET,
    "assets": "WETH,USDC",
    "underlying": "ETH",
    "account": ACCOUNT,
    "operator": OPERATOR,
    "keystore": "operator.json",
    "clearing_house": HOUSE,
    "base_token": BASE,
    "feed": FEED,
    "max_fee_gwei": "50",
    "policy": "partial",
    "parameters": "ratio=0.5",
}


def chain() -> Script:
    """Ethereum's WETH and USDC, an exchange with one market, and a feed of 18 decimals."""
    script = Script(SOURCE, NOW_S)
    for token, symbol, decimals in ((WETH, "WETH", 18), (USDC, "USDC", 6)):
        script.call(SYMBOL, Address(token), returns=[symbol]).call(DECIMALS, Address(token), returns=[decimals])
    for part in PARTS:
        script.call(Method(f"{part}()", "address"), Address(HOUSE), returns=[POOL])
    script.call(Method("getMarketRegistry()", "address"), Address(POOL.lower()), returns=[POOL])
    script.call(Method("getSettlementToken()", "address"), Address(POOL.lower()), returns=[COIN])
    script.call(DECIMALS, Address(COIN.lower()), returns=[6])
    pool = Method("getPool(address)", "address")
    script.call(pool, Address(POOL.lower()), BASE, returns=[POOL])
    script.revert(pool, Address(POOL.lower()), NO_MARKET, why="MR_PNE")
    script.call(DECIMALS, Address(FEED), returns=[18])
    return script.call(LATEST, Address(FEED), returns=[7, 2000 * 10**18, NOW_S - 60, NOW_S - 60, 7])


class Somewhere(Place):
    """The scripted chain, which may fail for a while."""

    down = 0

    def _asked(self, reading: Reading[T]) -> T:
        if Somewhere.down:
            Somewhere.down -= 1
            raise Unreadable("node.example: no answer within 10 s")
        [said] = asyncio.run(drive([reading], chain()))
        return said


@pytest.fixture(autouse=True)
def somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    Somewhere.down = 0
    monkeypatch.setattr(answers, "place", lambda rpc, folder: Somewhere(url=rpc, chain_id=1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hedge.toml"


def tell(monkeypatch: pytest.MonkeyPatch, said: Mapping[str, str | Sequence[str]]) -> list[str]:
    """Someone at the terminal; the list is what was asked. Nobody is there any more when the answers are used up."""
    asked = list[str]()
    left = iter([line for name in init.QUESTIONS if name in said for line in _lines(said[name])])

    def answer(question: str) -> str:
        asked.append(question)
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", answer)
    return asked


def _lines(said: str | Sequence[str]) -> Sequence[str]:
    return [said] if isinstance(said, str) else said


def flags(**said: str) -> list[str]:
    return [word for name, text in {**GOOD, **said}.items() for word in (f"--{name.replace('_', '-')}", text)]


def perp(path: Path) -> PerpV2Settings:
    venue = load(path).venues[Name("perp")]
    assert isinstance(venue, PerpV2Settings)
    return venue


def test_init__good_answers__are_a_file_that_loads_and_that_nobody_else_may_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, GOOD)
    assert main(["init", "-c", str(path)]) == Exit.DONE
    settings = load(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert settings.hedges[Name("ETH")].parameters == {"ratio": "0.5"}
    assert settings.unhedged == (Name("USDC"),)
    assert settings.prices[Name("ETH")].decimals == 18
    assert perp(path).markets[Name("ETH")].pool == POOL


@pytest.mark.parametrize(
    ("policy", "told", "written"),
    [
        ("full", "", {}),
        ("tactical", "signal=trend, days=50", {"signal": "trend", "days": "50"}),
        (
            "schedule",
            "ratios.2027-01-31=0.5,ratios.2027-03-01=1",
            {"ratios": {"2027-01-31": "0.5", "2027-03-01": "1"}},
        ),
    ],
)
def test_init__parameters_of_any_policy__are_written_as_they_will_be_read(
    path: Path, policy: str, told: str, written: object
) -> None:
    assert main(["init", "--yes", "-c", str(path), *flags(policy=policy, parameters=told)]) == Exit.DONE
    assert load(path).hedges[Name("ETH")].parameters == written


@pytest.mark.parametrize(
    ("name", "wrong", "says"),
    [
        ("rpc", "node.example", 'it must begin with "http://"'),
        ("rpc", f"env:{KEY}", "must name an environment variable"),
        ("wallet", WALLET[:-1], "is not an address"),
        ("wallet", f"0x{KEY}", "<hex digits, not shown>"),
        ("assets", "WETHH", "Did you mean WETH"),
        ("assets", ",", "name at least one"),
        ("underlying", "BTC", "the wallet holds no 'BTC'; its assets count as ETH, USDC"),
        ("operator", WALLET, "a hot key must not hold spot"),
        ("keystore", KEY, "the key itself belongs nowhere here"),
        ("clearing_house", WALLET, f"is {WALLET} the exchange's ClearingHouse, on chain 1?"),
        ("base_token", NO_MARKET, f"the exchange has no market with base token {NO_MARKET}"),
        ("feed", WALLET, "reverted"),
        ("max_fee_gwei", "0", "must be above 0, not 0"),
        ("max_fee_gwei", "0.001", "tip_gwei 0.01 is above max_fee_gwei 0.001"),
        ("policy", "partly", "there is no policy 'partly'; known: full"),
        ("parameters", "", "policy partial: ratio is missing"),
        ("parameters", "ratio=2", "ratio must be above 0 and at most 1, not 2"),
        ("parameters", "ratio=half", "ratio must be a number, like 0.5, not 'half'"),
    ],
)
def test_init__a_wrong_answer__is_asked_again_with_the_reason_and_the_others_are_kept(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    wrong: str,
    says: str,
) -> None:
    asked = tell(monkeypatch, {**GOOD, name: (wrong, GOOD[name])})
    assert main(["init", "-c", str(path)]) == Exit.DONE
    said = capsys.readouterr()
    assert says in said.out
    assert KEY not in said.out + said.err
    assert len(asked) == len(GOOD) + 1
    assert main(["init", "--yes", "-c", str(path.with_name("b.toml")), *flags(**{name: wrong})]) in (
        Exit.CONFIG,
        Exit.TEMPORARY,
    )
    said = capsys.readouterr()
    assert says in said.err
    assert KEY not in said.out + said.err
    assert not path.with_name("b.toml").exists()


def test_init__a_node_that_fails_for_a_moment__costs_no_answer(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tell(monkeypatch, {**GOOD, "clearing_house": (HOUSE, "", "")})
    first = answers.Answers.take

    def take(self: answers.Answers, name: str, said: str) -> None:
        if name == "clearing_house" and len(asked) == 8:
            Somewhere.down = 2
        first(self, name, said)

    monkeypatch.setattr(answers.Answers, "take", take)
    assert main(["init", "-c", str(path)]) == Exit.DONE
    assert [question for question in asked if "[the same again]" in question] == asked[8:10]
    assert perp(path).contracts.clearing_house == HOUSE


def test_init__nobody_answers_any_more__is_78_writes_nothing_and_keeps_what_was_said(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(monkeypatch, {name: said for name, said in GOOD.items() if name in ("rpc", "wallet")})
    assert main(["init", "-c", str(path)]) == Exit.CONFIG
    said = capsys.readouterr().err
    assert "--assets: no answer came; nothing was written" in said
    assert f"hedgekeeper init --wallet {WALLET}" in said
    assert list(path.parent.iterdir()) == []


def test_init__ctrl_c__says_that_nothing_was_written(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(question: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)
    assert main(["init", "-c", str(path)]) == Exit.TEMPORARY
    assert capsys.readouterr().err == "hedgekeeper: interrupted: nothing was written\n"
    assert list(path.parent.iterdir()) == []


def test_init__quotes_in_an_answer__stay_inside_it(path: Path) -> None:
    strange = 'my "key"\\\x7f.json'
    assert main(["init", "--yes", "-c", str(path), *flags(keystore=strange)]) == Exit.DONE
    assert load(path).keys[Name("operator")].keystore == Path(strange)
    assert quote('a"b') == '"a\\"b"'


def test_init__a_file_that_is_there__is_left_alone_before_anything_is_asked(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text("mine")
    asked = tell(monkeypatch, GOOD)
    assert main(["init", "-c", str(path)]) == Exit.CONFIG
    assert main(["init", "-c", str(path.parent / "none" / "hedge.toml")]) == Exit.CONFIG
    assert "is no folder that can be written to" in capsys.readouterr().err
    assert (asked, path.read_text()) == ([], "mine")


def test_write__a_file_that_came_in_between__is_left_alone(path: Path) -> None:
    path.write_text("mine")
    with pytest.raises(ConfigError, match="left alone"):
        init._write(path, "ours")
    assert [each.read_text() for each in path.parent.iterdir()] == ["mine"]


def test_place__its_url__is_not_shown() -> None:
    assert "secret" not in repr(Place(url="https://node.example/secret", chain_id=1))


def test_tokens__that_call_themselves_otherwise__are_refused() -> None:
    assert issubclass(Mismatch, Unreadable)
    with pytest.raises(Mismatch, match="calls itself 'WETH', not 'USDC'"):
        Impostor(url="", chain_id=1).tokens(("USDC",))


class Impostor(Place):
    def _asked(self, reading: Reading[T]) -> T:
        script = (
            Script(SOURCE).call(SYMBOL, Address(USDC), returns=["WETH"]).call(DECIMALS, Address(USDC), returns=[6])
        )
        [said] = asyncio.run(drive([reading], script))
        return said
