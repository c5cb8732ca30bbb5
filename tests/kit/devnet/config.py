"""The configuration with which hedgekeeper hedges the two cold wallets of the local chain."""

from string import Template

from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet

_TEMPLATE = Template("""\
[chains.local]
id = $chain_id
rpc = ["$url"]
max_fee_gwei = "50"
confirmations = 0       # the local chain mines a block for a transaction, and none after it
poll_s = "0.05"

[chains.local.tokens.WETH]
address = "$WETH"
decimals = 18
underlying = "ETH"

[chains.local.tokens.wstETH]
address = "$wstETH"
decimals = 18
underlying = "ETH"
rate = "stEthPerToken"

[chains.local.tokens.evETH]
address = "$evETH"
decimals = 18
underlying = "ETH"
rate = "convertToAssets"

[keys.operator]
address = "$operator"
file = "operator.key"

[wallets.cold1]
chain = "local"
address = "$cold1"
assets = ["ETH", "WETH"]

[wallets.cold2]
chain = "local"
address = "$cold2"
assets = ["wstETH", "evETH"]

[prices.outside]
chain = "local"
underlying = "ETH"
feed = "$outside_eth_usd"

[venues.perp]
kind = "perp-v2"
chain = "local"
account = "$account"
operator = "operator"
collateral = "$USDC"

[venues.perp.contracts]
clearing_house = "$ClearingHouse"
clearing_house_config = "$ClearingHouseConfig"
account_balance = "$AccountBalance"
exchange = "$Exchange"
market_registry = "$MarketRegistry"
vault = "$Vault"
delegate_approval = "$DelegateApproval"

[venues.perp.markets.ETH]
underlying = "ETH"
base_token = "$BaseToken"
pool = "$UniswapV3Pool"

[hedges.ETH]
policy = "full"
band = "0.02"
venues = ["perp"]

[limits]
open_leverage = "2"
rescue_leverage = "4"
max_order_usd = "50000"
max_daily_turnover_usd = "200000"
""")


def config(devnet: Devnet) -> str:
    """Expects the operator's key in operator.key, in the folder of the file it is written to."""
    addresses: dict[str, str] = {**devnet.tokens, **devnet.feeds, **devnet.exchange}
    actors = {role.value: devnet.address(role) for role in Role}
    return _TEMPLATE.substitute(addresses, **actors, chain_id=devnet.chain_id, url=devnet.url)
