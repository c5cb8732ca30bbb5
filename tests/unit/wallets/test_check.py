"""What doctor asks each token."""

import asyncio

from agent.model import Address, Name
from agent.model.findings import Finding
from agent.prices.feed import DECIMALS
from agent.reading import drive
from agent.wallets.check import ASSET, SYMBOL, check
from agent.wallets.tokens import Token
from tests.kit.scripted import Script

CHAIN, TOKEN, ASSET_TOKEN = Name("arbitrum"), Address("0x" + "1" * 40), Address("0x" + "2" * 40)
COIN = Token(symbol="ETH", address=None, decimals=18, underlying=Name("ETH"))
WETH = Token(symbol="WETH", address=TOKEN, decimals=18, underlying=Name("ETH"))
SHARE = Token(symbol="vault", address=TOKEN, decimals=18, underlying=Name("ETH"), rate="convertToAssets")


def found(token: Token, symbol: str = "WETH", decimals: int = 18, asset_decimals: int = 18) -> Finding:
    script = Script(CHAIN).call(SYMBOL, TOKEN, returns=[symbol]).call(DECIMALS, TOKEN, returns=[decimals])
    script.call(ASSET, TOKEN, returns=[ASSET_TOKEN]).call(DECIMALS, ASSET_TOKEN, returns=[asset_decimals])
    [[finding]] = asyncio.run(drive([check(CHAIN, (COIN, token))], script))
    return finding


def test_check__a_token_as_registered__is_fine() -> None:
    assert found(WETH) == Finding(subject="WETH on arbitrum", level="ok", says=f"{TOKEN}: WETH, 18 decimals")


def test_check__other_decimals__fail_with_both_figures() -> None:
    assert (found(WETH, decimals=6).level, found(WETH, decimals=6).says) == (
        "fail",
        f"{TOKEN}: has 6 decimals, not 18",
    )


def test_check__another_symbol__is_a_warning_with_what_it_calls_itself() -> None:
    assert found(WETH, symbol="FAKE").level == "warn"
    assert "'FAKE'" in found(WETH, symbol="FAKE").says


def test_check__a_vault_whose_asset_has_other_decimals__fails() -> None:
    finding = found(SHARE, symbol="vault", asset_decimals=8)
    assert (finding.level, finding.says) == (
        "fail",
        f"{TOKEN}: its asset has 8 decimals, but its rate is read with 18",
    )
    assert found(SHARE, symbol="vault").level == "ok"


def test_check__where_there_is_no_contract__fails() -> None:
    script = Script(CHAIN).call(SYMBOL, TOKEN, returns=None).call(DECIMALS, TOKEN, returns=None)
    [[finding]] = asyncio.run(drive([check(CHAIN, (WETH,))], script))
    assert finding.level == "fail"
    assert "answered nothing" in finding.says
