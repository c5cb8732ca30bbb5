"""Whatever is wrong with the file, the message names the key and what it may be."""

import re
from pathlib import Path

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.cli import main
from agent.errors import ConfigError, Exit
from agent.fields import parse_address
from agent.hedge.strangers import ANSWERS
from agent.model import Cause, Name
from agent.settings import Configuration, load
from agent.units import Ratio
from agent.wiring.hedging import hedges, sources
from agent.wiring.parts import wallet_parts
from tests.kit.devnet.config import config
from tests.kit.devnet.state import Devnet

HERE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
NAMES = (
    "BaseToken",
    "UniswapV3Pool",
    "ClearingHouse",
    "ClearingHouseConfig",
    "AccountBalance",
    "Exchange",
    "MarketRegistry",
    "Vault",
    "DelegateApproval",
)


def good() -> str:
    """The local chain's configuration, of a chain that nobody runs."""
    devnet = Devnet(
        url="http://127.0.0.1:1",
        chain_id=31337,
        exchange=dict.fromkeys(NAMES, HERE),  # type: ignore[arg-type]
        tokens=dict.fromkeys(("USDC", "WETH", "wstETH", "evETH"), HERE),  # type: ignore[arg-type]
        feeds=dict.fromkeys(("exchange_eth_usd", "outside_eth_usd", "usdc_usd", "steth_eth"), HERE),  # type: ignore[arg-type]
    )
    return config(devnet)


DECLARED_SAYS = "declared.x.underlying: there is no 'ETHH' (did you mean 'ETH'?)"


def loaded(folder: Path, text: str) -> Configuration:
    path = folder / "hedge.toml"
    path.write_text(text)
    return load(path)


def test_load__the_local_chains_configuration__is_read_in_our_units(tmp_path: Path) -> None:
    found = loaded(tmp_path, good())
    assert found.hedges[Name("ETH")].band == Ratio("0.02")
    assert found.lane(found.venues[Name("perp")]).startswith("evm:31337:0x")
    assert found.path(found.state) == tmp_path / "hedgekeeper-state"


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('band = "0.02"', 'bnd = "0.02"', "hedges.ETH.bnd: unknown key (did you mean 'band'?)"),
        ('band = "0.02"', 'band = "2"', "hedges.ETH.band: must be at least 0 and below 1, not 2"),
        ('band = "0.02"', 'band = "two"', 'hedges.ETH.band: "two" is not a number'),
        ('band = "0.02"', 'band = "nan"', "hedges.ETH.band: Ratio must be finite"),
        ('venues = ["perp"]', 'venues = ["prep"]', "hedges.ETH.venues: there is no 'prep' (did you mean 'perp'?)"),
        ('operator = "operator"', 'operator = "cold"', "venues.perp.operator: there is no 'cold' (known: operator)"),
        (
            'kind = "perp-v2"',
            'kind = "perp-v3"',
            "venues.perp.kind: must be 'perp-v2' or 'gmx-v2' or 'hyperliquid', not 'perp-v3'",
        ),
        ('kind = "perp-v2"', "", "venues.perp.kind: is missing"),
        (
            "[venues.perp.contracts]",
            "[venues.perp.contract]",
            "venues.perp.contract: unknown key (did you mean 'contracts'?)",
        ),
        (
            "clearing_house = ",
            "clearing_hous = ",
            "venues.perp.contracts.clearing_hous: unknown key (did you mean 'clea",
        ),
        ("id = 31337", "", "chains.local.id: is missing"),
        ('open_leverage = "2"', 'open_leverage = "9"', "the levels must rise"),
        ("[hedges.ETH]", "[hedges.WETH]", "hedges.WETH: none of its venues has a market with underlying = 'WETH'"),
        ("[limits]", "[limts]", "limts: unknown key (did you mean 'limits'?)"),
        ('file = "operator.key"', 'file = "a"\nenv = "B"', "name one place for the key"),
        (
            'file = "operator.key"',
            'keystore = "k"\npassword = "hunter2"',
            'password must be "env:NAME" or "file:PATH"',
        ),
        ('rate = "stEthPerToken"', 'rate = "feed"', 'rate = "feed" and a table `feed` belong together'),
        ("[limits]", "[limits", "not valid TOML"),
        ('band = "0.02"', 'band = "1"', "hedges.ETH.band: must be at least 0 and below 1, not 1"),
        ('max_order_usd = "50000"', 'max_order_usd = "0"', "limits.max_order_usd: must be above 0, not 0"),
        (
            'max_order_usd = "50000"',
            'max_order_usd = "49"',
            "hedges.ETH.min_trade_usd: 50 is above limits.max_order_usd 49",
        ),
        (
            "[limits]",
            '[hedges.ETH.on_change]\nadl = "sell"\n[limits]',
            "hedges.ETH.on_change.adl: must be 'rehedge', 'hold' or 'ask'",
        ),
        (
            "[limits]",
            "[hedges.ETH.carry]\nmax_cost = 1\n[limits]",
            "hedges.ETH.carry.max_cost: unknown key (did you mean 'max_cost_a_year'?)",
        ),
        (
            "[limits]",
            '[hedges.ETH.carry]\nmax_cost_a_year = 1\nthen = "roll"\n[limits]',
            'hedges.ETH: carry: then = "roll" needs a second venue to go to',
        ),
        (
            "[limits]",
            "[hedges.ETH.cost_zone]\nx = 1\n[limits]",
            "hedges.ETH.cost_zone.x: unknown key (known here: aversion, fixed_usd, widest)",
        ),
        (
            'band = "0.02"',
            'band = "0.02"\ncalendar = ["soon"]',
            "hedges.ETH.calendar.0: must be a date, like 2026-12-31",
        ),
        ('band = "0.02"', 'band = "0.02"\ncalendar = 2026-12-10', "hedges.ETH.calendar: must be a list, in [ ]"),
        ("[limits]", '[limits]\nmax_slippage = "0"', "limits.max_slippage: must lie between 0 and 1, not 0"),
        ("[limits]", "[limits]\nmax_exit_slippage = 1", "limits.max_exit_slippage: must lie between 0 and 1, not 1"),
        ("[limits]", "[limits]\nmax_exposure_jump = 0", "limits.max_exposure_jump: must be above 0, not 0"),
        (
            'max_daily_turnover_usd = "200000"',
            "max_daily_turnover_usd = 0",
            "max_daily_turnover_usd: must be above 0",
        ),
        (
            'max_daily_turnover_usd = "200000"',
            "max_daily_turnover_usd = 9",
            "50 is above limits.max_daily_turnover_usd 9",
        ),
        ('max_fee_gwei = "50"', 'max_fee_gwei = "0"', "chains.local.max_fee_gwei: must be above 0, not 0"),
        ('max_fee_gwei = "50"', 'max_fee_gwei = "0.001"', "chains.local: tip_gwei 0.01 is above max_fee_gwei 0.001"),
        (
            'max_fee_gwei = "50"',
            'max_fee_gwei = "50"\nexit_fee_factor = "0.5"',
            "exit_fee_factor: must be at least 1",
        ),
        ('poll_s = "0.05"', "poll_s = 0", "chains.local.poll_s: must be above 0, not 0"),
        ("[limits]", '[declared.x]\nunderlying = "ETHH"\namount = 1\nuntil = 2030-01-01\n[limits]', DECLARED_SAYS),
        ("[limits]", '[declared.x]\nunderlying = "ETH"\namount = 0\nuntil = 2030-01-01\n[limits]', "must be above 0"),
        (
            "[chains.local]",
            'unhedged = ["ETH"]\n[chains.local]',
            "unhedged: names ETH, and there is a table [hedges.ETH]",
        ),
        ('file = "operator.key"', 'env = "MY KEY"', "keys.operator.env: must name an environment variable"),
        ('file = "operator.key"', 'keystore = "k"\npassword = "env:1"', "must name an environment variable"),
    ],
)
def test_load__one_mistake__names_the_key_and_what_it_may_be(tmp_path: Path, was: str, now: str, says: str) -> None:
    assert was in good()
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, good().replace(was, now, 1))
    assert says in str(caught.value)
    assert str(tmp_path / "hedge.toml") in str(caught.value)


def test_load__the_operators_own_wallet__is_refused(tmp_path: Path) -> None:
    text = good()
    operator = re.search(r'\[keys.operator\]\naddress = "(0x\w+)"', text)
    cold = re.search(r'\[wallets.cold1\]\nchain = "local"\naddress = "(0x\w+)"', text)
    assert operator is not None
    assert cold is not None
    with pytest.raises(ConfigError, match="a hot key must not hold spot"):
        loaded(tmp_path, text.replace(cold[1], operator[1]))


def test_wallets__one_coin_in_two_entries__is_refused(tmp_path: Path) -> None:
    settings = loaded(tmp_path, good().replace('assets = ["ETH", "WETH"]', 'assets = ["ETH", "WETH", "ETH"]'))
    with pytest.raises(ConfigError, match=r"wallets\.cold1: ETH at 0x\w+ is counted by wallets\.cold1, too"):
        wallet_parts(settings)


def test_hedges__no_wallet_holds_the_coin__is_refused(tmp_path: Path) -> None:
    settings = loaded(tmp_path, good().replace('underlying = "ETH"\nrate', 'underlying = "X"\nrate'))
    text = (
        good()
        .replace('assets = ["ETH", "WETH"]', 'assets = ["WETH"]')
        .replace('decimals = 18\nunderlying = "ETH"', 'decimals = 18\nunderlying = "OTHER"')
    )
    assert sources(settings, Name("ETH")) == (Name("cold1"),)
    with pytest.raises(ConfigError, match=r"hedges\.ETH: no wallet and no declaration holds ETH"):
        sources(loaded(tmp_path, text), Name("ETH"))


def test_load__a_password_in_the_file__is_refused_without_repeating_it(tmp_path: Path) -> None:
    text = good().replace('file = "operator.key"', 'keystore = "k"\npassword = "hunter2"')
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert "hunter2" not in str(caught.value)


def test_load__a_mistyped_address__fails_its_checksum(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="fails its checksum"):
        loaded(tmp_path, good().replace(HERE, HERE.replace("C8", "c8"), 1))


def test_load__several_mistakes__are_all_told_at_once(tmp_path: Path) -> None:
    text = good().replace('band = "0.02"', 'bnd = "0.02"').replace("id = 31337", "")
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert len(str(caught.value).splitlines()) == 2


def test_load__a_url_from_the_environment__is_looked_up_and_nowhere_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = loaded(tmp_path, good().replace("http://127.0.0.1:1", "env:NODE_URL"))
    with pytest.raises(ConfigError, match="NODE_URL is not set"):
        found.urls(Name("local"))
    monkeypatch.setenv("NODE_URL", "https://node.example/secret")
    assert found.urls(Name("local")) == ("https://node.example/secret",)
    assert "secret" not in repr(found)


def test_command__no_file__says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "-c", str(tmp_path / "none.toml")]) == Exit.CONFIG
    assert "hedgekeeper init" in capsys.readouterr().err


LINES = good().splitlines()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_command__any_line_broken__ends_with_a_sentence_and_never_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    """Whatever is typed into the file: 78, or 75 when it still makes sense and the dead node is asked."""
    at = data.draw(st.sampled_from([n for n, line in enumerate(LINES) if line.strip()]))
    broken = data.draw(
        st.sampled_from(["", "x", "[[", 'x = "y"', LINES[at] + "0", LINES[at].replace("=", "= -"), LINES[at].upper()])
        | st.text(max_size=20)
    )
    path = tmp_path / "hedge.toml"
    path.write_text("\n".join([*LINES[:at], broken, *LINES[at + 1 :]]), encoding="utf-8", errors="surrogatepass")
    ended = main(["status", "-c", str(path)])
    said = capsys.readouterr()
    assert ended in (Exit.CONFIG, Exit.TEMPORARY), said
    assert "Traceback" not in said.out + said.err


@given(st.binary(min_size=20, max_size=20))
def test_address__any__has_the_checksum_that_eth_utils_gives_it(raw: bytes) -> None:
    plain = f"0x{raw.hex()}"
    assert str(parse_address(plain)) == str(to_checksum_address(plain))


def test_hedges__how_an_increase_is_divided__is_as_configured(tmp_path: Path) -> None:
    split = 'max_share = { perp = "1" }\nhorizon_days = 7\ntie_tolerance = "0.02"'
    configured = loaded(tmp_path, good().replace('venues = ["perp"]', f'venues = ["perp"]\n{split}'))
    [hedge] = hedges(configured)
    assert (hedge.horizon_days, hedge.max_share, hedge.tolerance) == (7, {"perp": Ratio(1)}, Ratio("0.02"))


def test_hedges__what_is_done_on_a_change__is_as_configured_and_else_the_default(tmp_path: Path) -> None:
    assert hedges(loaded(tmp_path, good()))[0].on_change == ANSWERS
    chosen = (
        '[hedges.ETH.on_change]\nadl = "hold"\nliquidation = "rehedge"\ntrade = "hold"\nstop = "rehedge"\n[limits]'
    )
    [hedge] = hedges(loaded(tmp_path, good().replace("[limits]", chosen)))
    assert hedge.on_change == {
        Cause.ADL: "hold",
        Cause.LIQUIDATION: "rehedge",
        Cause.TRADE: "hold",
        Cause.STOP: "rehedge",
        Cause.FUNDS: "rehedge",
    }
