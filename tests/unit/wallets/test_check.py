"""What doctor asks each token."""

import asyncio
from dataclasses import replace

from agent.evm import Method
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
CONVERT = Method("convertToAssets(uint256)", "uint256")
SHARE = Token(symbol="vault", address=TOKEN, decimals=18, underlying=Name("ETH"), rate="convertToAssets")


def found(token: Token, symbol: str = "WETH", decimals: int = 18, asset_decimals: int = 18) -> Finding:
    script = Script(CHAIN).call(SYMBOL, TOKEN, returns=[symbol]).call(DECIMALS, TOKEN, returns=[decimals])
    script.call(ASSET, TOKEN, returns=[ASSET_TOKEN]).call(DECIMALS, ASSET_TOKEN, returns=[asset_decimals])
    script.call(CONVERT, TOKEN, 10**18, returns=[105 * 10**16])
    [[finding]] = asyncio.run(drive([check(CHAIN, (COIN, token))], script))
    return finding


def test_check__a_token_as_registered__is_fine() -> None:
    assert found(WETH) == Finding(subject="WETH on arbitrum", level="ok", says=f"{TOKEN}: WETH, 18 decimals")


def test_check__other_decimals__fail_with_both_figures() -> None:
    assert (found(WETH, decimals=6).level, found(WETH, decimals=6).says) == (
        "fail",
        f"{TOKEN}: has 6 decimals, not 18",
    )


def test_check__another_symbol__fails_with_both_names() -> None:
    finding = found(WETH, symbol="FAKE")
    assert finding.level == "fail"
    assert f"{TOKEN}: calls itself 'FAKE', not 'WETH': is this the right address?" in finding.says


def test_check__a_longer_name_than_it_has_itself__is_a_warning() -> None:
    """Bridged twice, two tokens of one chain share a symbol."""
    bridged = replace(WETH, symbol="weth.e")
    assert found(bridged).level == "warn"
    assert found(bridged, symbol="").level == "fail"


def test_check__a_token_with_a_rate__shows_what_it_is_worth_now() -> None:
    finding = found(SHARE, symbol="vault")
    assert (finding.level, finding.says) == ("ok", f"{TOKEN}: vault, 18 decimals, 1 vault is worth 1.05 ETH now")


def test_check__a_rate_that_cannot_be_believed__fails() -> None:
    script = Script(CHAIN).call(SYMBOL, TOKEN, returns=["rETH"]).call(DECIMALS, TOKEN, returns=[18])
    script.call(Method("getExchangeRate()", "uint256"), TOKEN, returns=[10**27])
    staked = replace(WETH, symbol="rETH", rate="getExchangeRate")
    [[finding]] = asyncio.run(drive([check(CHAIN, (staked,))], script))
    assert finding.level == "fail"
    assert "is worth 1000000000 ETH: not from 0.1 to 10" in finding.says


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
