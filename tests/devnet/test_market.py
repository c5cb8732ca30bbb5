"""What the demo and the other chain tests rely on: the local market behaves as its commands say."""

from decimal import Decimal

import pytest

from tests.kit.devnet import market, spot
from tests.kit.devnet.errors import DevnetError, Reverted
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.fixtures import untouched
from tests.kit.devnet.perp_v2 import MAX_UINT256
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.devnet.tokens import ETHER, USDC_UNIT

pytestmark = pytest.mark.chain

COLLATERAL = 30_000 * USDC_UNIT
SHORT = 30 * ETHER


def _trade(devnet: Devnet, size: int, *, sender: Role = Role.OPERATOR) -> None:
    """By the account's delegate; a negative size sells."""
    order = (devnet.exchange["BaseToken"], size < 0, size < 0, abs(size), 0, MAX_UINT256, 0, bytes(32))
    arguments = (devnet.address(Role.ACCOUNT), order)
    devnet.chain.send(devnet.contract("ClearingHouse"), "openPositionFor", *arguments, sender=devnet.address(sender))


def _deposit(devnet: Devnet, amount: int) -> None:
    usdc, vault, operator = devnet.token("USDC"), devnet.contract("Vault"), devnet.address(Role.OPERATOR)
    devnet.chain.send(usdc, "approve", vault.address, amount, sender=operator)
    devnet.chain.send(vault, "depositFor", devnet.address(Role.ACCOUNT), usdc.address, amount, sender=operator)


@pytest.fixture
def short(devnet: Devnet) -> Devnet:
    _deposit(devnet, COLLATERAL)
    _trade(devnet, -SHORT)
    return devnet


def _position(devnet: Devnet) -> int:
    read = devnet.contract("AccountBalance").functions.getTakerPositionSize
    size: int = read(devnet.address(Role.ACCOUNT), devnet.exchange["BaseToken"]).call()
    return size


def _account_value(devnet: Devnet) -> Decimal:
    read = devnet.contract("ClearingHouse").functions.getAccountValue
    return Decimal(read(devnet.address(Role.ACCOUNT)).call()) / ETHER


def _pending_funding(devnet: Devnet) -> Decimal:
    read = devnet.contract("Exchange").functions.getPendingFundingPayment
    owed = read(devnet.address(Role.ACCOUNT), devnet.exchange["BaseToken"]).call()
    return Decimal(owed) / ETHER


def _mark(devnet: Devnet) -> Decimal:
    read = devnet.contract("AccountBalance").functions.getMarkPrice
    return Decimal(read(devnet.exchange["BaseToken"]).call()) / ETHER


def _pool(devnet: Devnet) -> Decimal:
    sqrt_price = devnet.contract("UniswapV3Pool").functions.slot0().call()[0]
    return (Decimal(sqrt_price) / 2**96) ** 2


def _answer(devnet: Devnet, feed: str) -> Decimal:
    return Decimal(devnet.feed(feed).functions.latestRoundData().call()[1]).scaleb(-8)


def test_devnet__when_fresh__stands_at_2000_with_an_empty_account_and_a_delegated_operator(devnet: Devnet) -> None:
    account, operator = devnet.address(Role.ACCOUNT), devnet.address(Role.OPERATOR)
    assert _pool(devnet).quantize(Decimal("0.001")) == 2000
    assert abs(_mark(devnet) - 2000) < 1
    assert _position(devnet) == 0
    assert devnet.contract("Vault").functions.getBalance(account).call() == 0
    assert devnet.token("USDC").functions.balanceOf(operator).call() == 60_000 * USDC_UNIT
    assert devnet.contract("DelegateApproval").functions.getApprovedActions(account, operator).call() == 1


def test_maker__thirty_eth_sold__moves_the_pool_by_a_quarter_of_a_percent(short: Devnet) -> None:
    assert _position(short) == -SHORT
    assert Decimal("0.002") < 1 - _pool(short) / 2000 < Decimal("0.003")


def test_account__a_stranger_trades_for_it__is_refused(short: Devnet) -> None:
    with pytest.raises(Reverted, match="CH_SHNAOPT"):
        _trade(short, SHORT, sender=Role.STRANGER)


@pytest.mark.parametrize("price", [Decimal(1500), Decimal("1999.5"), Decimal(2200), Decimal(3100)])
def test_set_price__both_sides__takes_feeds_pool_and_mark_along(devnet: Devnet, price: Decimal) -> None:
    market.set_price(devnet, price)
    assert _answer(devnet, "exchange_eth_usd") == _answer(devnet, "outside_eth_usd") == price
    assert abs(_pool(devnet) / price - 1) < Decimal("1e-9")
    assert abs(_mark(devnet) / price - 1) < Decimal("0.02")


def test_set_price__a_rise_by_ten_percent__costs_the_short_its_size_times_the_rise(short: Devnet) -> None:
    before = _account_value(short)
    market.set_price(short, Decimal(2200))
    lost = before - _account_value(short)
    assert abs(lost / (30 * 200) - 1) < Decimal("0.02")


def test_set_price__outside_only__leaves_the_exchange_alone(devnet: Devnet) -> None:
    pool, mark = _pool(devnet), _mark(devnet)
    market.set_price(devnet, Decimal(2100), only=Side.OUTSIDE)
    assert _answer(devnet, "outside_eth_usd") == 2100
    assert _answer(devnet, "exchange_eth_usd") == 2000
    assert (_pool(devnet), _mark(devnet)) == (pool, mark)


def test_set_price__exchange_only__leaves_the_outside_price_alone(devnet: Devnet) -> None:
    market.set_price(devnet, Decimal(2100), only=Side.EXCHANGE)
    assert _answer(devnet, "outside_eth_usd") == 2000
    assert abs(_mark(devnet) / 2100 - 1) < Decimal("0.002")


@pytest.mark.parametrize("price", [Decimal(0), Decimal(99), Decimal(40_001)])
def test_set_price__where_nobody_quotes__is_refused(devnet: Devnet, price: Decimal) -> None:
    with pytest.raises(DevnetError, match="where the maker quotes"):
        market.set_price(devnet, price)


def test_set_price__unchanged__brings_the_pool_back_to_the_index(short: Devnet) -> None:
    market.set_price(short, Decimal(2000))
    assert _pool(short).quantize(Decimal("0.001")) == 2000


def test_trade_pool_to__further_than_the_price_limit__arrives(devnet: Devnet) -> None:
    market.set_price(devnet, Decimal(2100))
    market.answer(devnet, "exchange_eth_usd", Decimal(3000))
    market.trade_pool_to(devnet, Decimal(2700))
    assert _pool(devnet).quantize(Decimal("0.001")) == 2700


def test_answer__with_an_age__leaves_that_feed_stale(devnet: Devnet) -> None:
    market.answer(devnet, "outside_eth_usd", Decimal(2000), age_s=7_200)
    updated_at = devnet.feed("outside_eth_usd").functions.latestRoundData().call()[3]
    assert devnet.chain.now() - updated_at >= 7_200


def test_pass_hour__pool_below_the_index__charges_the_short_a_day_s_premium_over_24(short: Devnet) -> None:
    market.pass_hour(short)
    premium = 2000 - _pool(short)
    assert abs(_pending_funding(short) / (30 * premium / 24) - 1) < Decimal("0.05")


def test_pass_hour__pool_above_the_index__pays_the_short(short: Devnet) -> None:
    market.trade_pool_to(short, Decimal(2010))
    market.pass_hour(short)
    assert _pending_funding(short) < -10


def test_pass_hour__leaves_every_feed_fresh(devnet: Devnet) -> None:
    before = devnet.chain.now()
    market.pass_hour(devnet)
    assert devnet.chain.now() >= before + 3600
    for feed in devnet.feeds:
        assert devnet.chain.now() - devnet.feed(feed).functions.latestRoundData().call()[3] <= 2


@pytest.mark.parametrize(("token", "amount"), [("ETH", "5"), ("ETH", "-6"), ("WETH", "-0.25"), ("USDC", "0.000001")])
def test_spot__moved__changes_the_balance_by_exactly_that(devnet: Devnet, token: str, amount: str) -> None:
    before = _balance(devnet, token)
    spot.move(devnet, Role.COLD1, token, Decimal(amount))
    assert _balance(devnet, token) - before == Decimal(amount)


def _balance(devnet: Devnet, token: str) -> Decimal:
    address = devnet.address(Role.COLD1)
    if token == "ETH":
        return Decimal(devnet.chain.web3.eth.get_balance(address)) / ETHER
    contract = devnet.token(token)
    return Decimal(contract.functions.balanceOf(address).call()).scaleb(-contract.functions.decimals().call())


@pytest.mark.parametrize("token", ["ETH", "WETH"])
def test_spot__more_than_there_is__is_refused_and_moves_nothing(devnet: Devnet, token: str) -> None:
    before = _balance(devnet, token), _balance(devnet, "ETH")
    with pytest.raises(DevnetError, match=r"less than that|insufficient balance"):
        spot.move(devnet, Role.COLD1, token, Decimal(-7))
    assert (_balance(devnet, token), _balance(devnet, "ETH")) == before


def test_accrue__raises_both_rates(devnet: Devnet) -> None:
    spot.accrue(devnet, Decimal("0.01"))
    assert devnet.token("wstETH").functions.stEthPerToken().call() == 1_212 * ETHER // 1000
    assert devnet.token("evETH").functions.convertToAssets(ETHER).call() == 10_605 * ETHER // 10_000


def test_accrue__downwards__is_refused(devnet: Devnet) -> None:
    with pytest.raises(DevnetError, match="not between 0 and"):
        spot.accrue(devnet, Decimal("-0.01"))


def test_untouched__whatever_happened__has_not_happened(devnet: Devnet) -> None:
    block, clock = devnet.chain.web3.eth.block_number, devnet.chain.now()
    with untouched(devnet):
        market.set_price(devnet, Decimal(1800))
        market.pass_hour(devnet)
    assert devnet.chain.web3.eth.block_number == block
    assert devnet.chain.now() == clock
    assert _answer(devnet, "exchange_eth_usd") == 2000
    assert _pool(devnet).quantize(Decimal("0.001")) == 2000
