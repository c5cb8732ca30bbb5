"""The coins of the local chain and the feeds that price them."""

from decimal import Decimal

from eth_typing import ChecksumAddress

from tests.kit.devnet.chain import Chain

USD_DECIMALS = 8
ETHER = 10**18
USDC_UNIT = 10**6

_WSTETH_RATE = 12 * ETHER // 10
_SHARE_RATE = 105 * ETHER // 100


def deploy_tokens(chain: Chain, deployer: ChecksumAddress) -> dict[str, ChecksumAddress]:
    usdc = chain.deploy("Token", "USD Coin", "USDC", 6, sender=deployer).address
    weth = chain.deploy("Token", "Wrapped Ether", "WETH", 18, sender=deployer).address
    return {"USDC": usdc, "WETH": weth, **deploy_accruing(chain, deployer, weth)}


def deploy_accruing(chain: Chain, deployer: ChecksumAddress, weth: ChecksumAddress) -> dict[str, ChecksumAddress]:
    """The two that are worth more ether by the day."""
    wsteth = chain.deploy("StakedToken", "Wrapped staked ether", "wstETH", _WSTETH_RATE, sender=deployer)
    shares = chain.deploy("VaultToken", "Ether vault", "evETH", weth, _SHARE_RATE, sender=deployer)
    return {"wstETH": wsteth.address, "evETH": shares.address}


def deploy_feeds(chain: Chain, deployer: ChecksumAddress, eth_usd: Decimal) -> dict[str, ChecksumAddress]:
    """The exchange and the outside check read ETH / USD from feeds of their own, so that they can be moved apart."""
    price = int(eth_usd.scaleb(USD_DECIMALS))
    feeds = {
        "exchange_eth_usd": ("ETH / USD", USD_DECIMALS, price),
        "outside_eth_usd": ("ETH / USD", USD_DECIMALS, price),
        "usdc_usd": ("USDC / USD", USD_DECIMALS, 10**USD_DECIMALS),
        "steth_eth": ("STETH / ETH", 18, ETHER),
    }
    return {
        name: chain.deploy("Aggregator", *arguments, sender=deployer).address for name, arguments in feeds.items()
    }
