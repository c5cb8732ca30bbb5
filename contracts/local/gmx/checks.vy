# pragma version ~=0.4.3
"""
@title What an execution is refused for
@license MIT
"""


import ledger
uses: ledger


import seams
import types


pricing: immutable(seams.Pricing)


@deploy
def __init__(pricing_: seams.Pricing):
    pricing = pricing_


@pure
@internal
def _check_price(price: uint256, acceptable: uint256, buys: bool):
    if (price > acceptable) if buys else (price < acceptable):
        raw_revert(
            abi_encode(
                price, acceptable, method_id=method_id("OrderNotFulfillableAtAcceptablePrice(uint256,uint256)")
            )
        )


@view
@internal
def _refuse_liquidatable(
    position: types.Position, market: types.Market, prices: types.MarketPrices, check_minimum: bool
):
    liquidatable: bool = False
    reason: String[32] = ""
    margin: types.Margin = empty(types.Margin)
    liquidatable, reason, margin = staticcall pricing.liquidation(
        ledger.store.address, position, market, prices, check_minimum, False
    )
    if liquidatable:
        raw_revert(
            abi_encode(
                reason,
                margin.remainingCollateralUsd,
                margin.minCollateralUsd,
                margin.minCollateralUsdForLeverage,
                method_id=method_id("LiquidatablePosition(string,int256,int256,int256)"),
            )
        )


@view
@internal
def _demand_liquidatable(position: types.Position, market: types.Market, prices: types.MarketPrices):
    liquidatable: bool = False
    reason: String[32] = ""
    margin: types.Margin = empty(types.Margin)
    liquidatable, reason, margin = staticcall pricing.liquidation(
        ledger.store.address, position, market, prices, True, True
    )
    if not liquidatable:
        raw_revert(
            abi_encode(
                reason,
                margin.remainingCollateralUsd,
                margin.minCollateralUsd,
                margin.minCollateralUsdForLeverage,
                method_id=method_id("PositionShouldNotBeLiquidated(string,int256,int256,int256)"),
            )
        )
