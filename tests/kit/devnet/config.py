"""The configuration with which hedgekeeper hedges the two cold wallets of the local chain."""

import json
from string import Template

from agent.model.base import value
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.hyperliquid.universe import default_universe

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

$keys
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

$venues
[hedges.ETH]
policy = "full"
band = "0.02"
venues = $names
$shares
[limits]
open_leverage = "2"
rescue_leverage = "4"
max_order_usd = "50000"
max_daily_turnover_usd = "200000"
""")

_KEY = Template("""\
[keys.$role]
address = "$address"
file = "$role.key"
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


_HYPERLIQUID = Template("""\
[venues.hl]
kind = "hyperliquid"
network = "testnet"     # what is signed here is worth nothing elsewhere
url = "$hyperliquid"
account = "$account"
operator = "agent"

[venues.hl.markets.ETH]
underlying = "ETH"
coin = "ETH"
asset = $asset
size_decimals = $size_decimals
""")


@value
class _Venue:
    name: str
    section: Template
    max_fee_gwei: int = 50


_PERP = _Venue(name="perp", section=_PERP_V2)
_GMX = _Venue(name="gmx", section=_GMX_V2, max_fee_gwei=5)  # an order pays for its keeper's gas in advance, at this
_HL = _Venue(name="hl", section=_HYPERLIQUID)
_VENUES = {Kind.PERP_V2: (_PERP,), Kind.GMX_V2: (_GMX,), Kind.HYPERLIQUID: (_HL,), Kind.BOTH: (_GMX, _HL)}
_MOST = "0.6"
"""Of the target, where there are two venues."""


def config(devnet: Devnet) -> str:
    """Expects the keys of whoever signs in the folder of the file it is written to."""
    venues, places = _VENUES[devnet.kind], _places(devnet)
    shares = ", ".join(f'{venue.name} = "{_MOST}"' for venue in venues)
    return _TEMPLATE.substitute(
        places,
        chain_id=devnet.chain_id,
        url=devnet.url,
        max_fee_gwei=min(venue.max_fee_gwei for venue in venues),
        keys="\n".join(_KEY.substitute(role=role, address=devnet.address(role)) for role in devnet.signers),
        names=json.dumps([venue.name for venue in venues]),
        shares=f"max_share = {{ {shares} }}\n" if len(venues) > 1 else "",
        venues="\n".join(venue.section.substitute(places) for venue in venues),
    )


def _places(devnet: Devnet) -> dict[str, str]:
    """Where everything is, by the names of the templates."""
    addresses: dict[str, str] = {**devnet.tokens, **devnet.feeds, **devnet.exchange}
    actors = {role.value: devnet.address(role) for role in Role}
    asset, found = next((n, each) for n, each in enumerate(default_universe()) if each.name == "ETH")
    beside = {"hyperliquid": devnet.hyperliquid, "asset": str(asset), "size_decimals": str(found.size_decimals)}
    return addresses | actors | beside | {"tickers": json.dumps([devnet.tickers] if devnet.tickers else [])}
