"""The local exchange, deployed, its pool filled, and a long open that pays funding to shorts."""

from decimal import Decimal

from eth_typing import ChecksumAddress

from tests.kit.devnet.chain import Chain
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import keeper
from tests.kit.gmx.deployment import deploy_gmx
from tests.kit.gmx.keys import key
from tests.kit.gmx.orders import Ask, OrderType, create
from tests.kit.gmx.parameters import USD
from tests.kit.gmx.state import Gmx

PRICE = Decimal(3000)
POOL_WETH, POOL_USDC = 2_000 * ETHER, 6_000_000 * USDC_UNIT
LONG_USD, LONG_WETH = 300_000 * USD, 50 * ETHER


def deploy(chain: Chain, *, usdc: ChecksumAddress | None = None, price: Decimal = PRICE) -> Gmx:
    """With a USDC of its own where none is given. The counterparty of every short is Role.MAKER."""
    deployer = actor(Role.DEPLOYER).address
    coin = usdc or chain.deploy("Token", "USD Coin", "USDC", 6, sender=deployer).address
    contracts = deploy_gmx(chain, deployer, usdc=coin, keeper=actor(keeper.KEEPER).address)
    gmx = Gmx(url=chain.url, chain_id=chain.web3.eth.chain_id, contracts=contracts)
    keeper.set_price(gmx, price)
    keeper.set_price(gmx, Decimal(1), coin="USDC")
    fill_pool(gmx)
    open_long(gmx)
    return gmx


def fill_pool(gmx: Gmx) -> None:
    """By the deployer, who takes shares worth a dollar each."""
    chain, deployer, market = gmx.chain, actor(Role.DEPLOYER).address, gmx.contract("EthMarket")
    chain.rpc("anvil_setBalance", deployer, hex(10_000 * ETHER))
    chain.send(gmx.contract("WETH"), "deposit", sender=deployer, wei=POOL_WETH)
    chain.send(gmx.contract("WETH"), "transfer", market.address, POOL_WETH, sender=deployer)
    chain.send(gmx.contract("USDC"), "mint", market.address, POOL_USDC, sender=deployer)
    chain.send(market, "mint", deployer, 2 * POOL_USDC * 10**12, sender=deployer)
    for token, amount in (("WETH", POOL_WETH), ("USDC", POOL_USDC)):
        chain.send(market, "recordTransferIn", gmx.at(token), sender=deployer)
        keeper.set_uint(gmx, amount, "POOL_AMOUNT", market.address, gmx.at(token))


def open_long(gmx: Gmx) -> None:
    maker = actor(Role.MAKER).address
    ask = Ask(kind=OrderType.MARKET_INCREASE, size_usd=LONG_USD, collateral="WETH", amount=LONG_WETH, is_long=True)
    keeper.execute(gmx, create(gmx, maker, ask))


def fund(gmx: Gmx, account: ChecksumAddress, *, usdc: int = 0, ether: int = 0) -> None:
    """USDC are minted, and the ether balance is set."""
    if usdc:
        gmx.chain.send(gmx.contract("USDC"), "mint", account, usdc, sender=actor(Role.DEPLOYER).address)
    if ether:
        gmx.chain.rpc("anvil_setBalance", account, hex(ether))


def open_interest(gmx: Gmx, *, is_long: bool) -> int:
    """USD of both collaterals, scaled by 1e30."""
    store, market = gmx.contract("DataStore").functions, gmx.at("EthMarket")
    keys = (key("OPEN_INTEREST", market, gmx.at(token), is_long) for token in ("WETH", "USDC"))
    return sum(int(store.getUint(one).call()) for one in keys)
