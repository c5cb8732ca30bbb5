"""The configuration with which hedgekeeper hedges the two cold wallets of the local chain."""

import json
from string import Template

from agent.model.base import value
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet, Kind

_TEMPLATE = Template("""\
[chains.local]
id = $chain_id
rpc = ["$url"]
max_fee_gwei = "$max_fee_gwei"
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

$venue
[hedges.ETH]
policy = "full"
band = "0.02"
venues = ["$name"]

[limits]
open_leverage = "2"
rescue_leverage = "4"
max_order_usd = "50000"
max_daily_turnover_usd = "200000"
""")


_PERP_V2 = Template("""\
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
""")

_GMX_V2 = Template("""\
[venues.gmx]
kind = "gmx-v2"
chain = "local"
account = "$account"
operator = "operator"
version = "2.2"
tickers = $tickers

[venues.gmx.contracts]
exchange_routers = ["$ExchangeRouter"]
subaccount_routers = ["$SubaccountRouter"]
reader = "$Reader"
data_store = "$DataStore"
event_emitter = "$EventEmitter"
role_store = "$RoleStore"
router = "$Router"
order_vault = "$OrderVault"
referral_storage = "$ReferralStorage"

[venues.gmx.market]
name = "ETH"
underlying = "ETH"
token = "$EthMarket"
index = { address = "$WETH", decimals = 18, feed = { address = "$exchange_eth_usd" } }
long = { address = "$WETH", decimals = 18, feed = { address = "$exchange_eth_usd" } }
short = { address = "$USDC", decimals = 6, feed = { address = "$usdc_usd" } }
""")


@value
class _Venue:
    name: str
    section: Template
    max_fee_gwei: int
    """An order to a keeper pays for his gas in advance, at this price."""


_VENUES = {
    Kind.PERP_V2: _Venue(name="perp", section=_PERP_V2, max_fee_gwei=50),
    Kind.GMX_V2: _Venue(name="gmx", section=_GMX_V2, max_fee_gwei=5),
}


def config(devnet: Devnet) -> str:
    """Expects the operator's key in operator.key, in the folder of the file it is written to."""
    venue = _VENUES[devnet.kind]
    addresses: dict[str, str] = {**devnet.tokens, **devnet.feeds, **devnet.exchange}
    actors = {role.value: devnet.address(role) for role in Role}
    places = addresses | actors | {"tickers": json.dumps([devnet.tickers] if devnet.tickers else [])}
    return _TEMPLATE.substitute(
        places,
        chain_id=devnet.chain_id,
        url=devnet.url,
        max_fee_gwei=venue.max_fee_gwei,
        name=venue.name,
        venue=venue.section.substitute(places),
    )
