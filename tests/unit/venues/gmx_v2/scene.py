"""One look at the recorded exchange."""

import asyncio

from agent.evm_slot import evm_lane
from agent.model import Terms, View
from agent.reading import drive
from agent.venues.gmx_v2.settings import GmxV2Settings
from agent.venues.gmx_v2.venue import GmxV2
from tests.unit.venues.gmx_v2.exchange import Exchange
from tests.unit.venues.gmx_v2.figures import (
    ACCOUNT,
    AT,
    CHAIN,
    ETH,
    ETH_FEED,
    GMX,
    USDC,
    USDC_FEED,
    WETH,
    Scene,
)


def settings(scene: Scene) -> GmxV2Settings:
    fed = {"address": ETH_FEED, "max_age_s": 3600, "decimals": scene.feed_decimals}
    eth = {"decimals": scene.coin_decimals, "feed": fed}
    return GmxV2Settings.model_validate(
        {
            "kind": "gmx-v2",
            "chain": CHAIN,
            "account": ACCOUNT,
            "operator": "hot",
            "version": scene.version,
            "contracts": {
                "exchange_routers": (*scene.routers, AT["ExchangeRouter"]),
                "subaccount_routers": (*scene.routers, AT["SubaccountRouter"]),
                "reader": AT["Reader"],
                "data_store": AT["DataStore"],
                "event_emitter": AT["EventEmitter"],
                "role_store": AT["RoleStore"],
                "router": AT["Router"],
                "order_vault": AT["OrderVault"],
                "referral_storage": AT["ReferralStorage"],
            },
            "market": {
                "name": ETH,
                "underlying": ETH,
                "token": scene.market,
                "index": {"address": WETH, **eth},
                "long": {"address": scene.long_token, **eth},
                "short": {
                    "address": USDC,
                    "decimals": scene.dollar_decimals,
                    "feed": {"address": USDC_FEED, "max_age_s": 3600},
                },
            },
            "tickers": () if scene.tickers is None else ("https://prices.example",),
        }
    )


def gmx_v2(scene: Scene) -> GmxV2:
    return GmxV2(
        name=GMX,
        lane=evm_lane(42161, scene.operator),
        chain_id=42161,
        operator=scene.operator,
        confirmations=2,
        settings=settings(scene),
        siblings=scene.siblings,
        flatten=scene.flatten,
    )


def look(scene: Scene) -> View:
    return looked(scene)[0]


def looked(scene: Scene) -> tuple[View, Exchange]:
    exchange = Exchange(scene)
    [view] = asyncio.run(drive([gmx_v2(scene).observe()], exchange))
    return view, exchange


def terms(view: View, scene: Scene) -> Terms:
    return Terms(
        lane=gmx_v2(scene).lane,
        stamp=view.stamp,
        nonce=7,
        max_fee=200_000_000,
        tip=0,
        ceiling=10**9,
        expires_ms=view.stamp.time_ms + 180_000,
    )
