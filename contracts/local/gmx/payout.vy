# pragma version ~=0.4.3
"""
@title What a closing position pays with, and what is left of it
@license MIT
"""


import arithmetic
import types


struct Till:
    collateral: uint256
    output: uint256 # In the collateral token as well, but not the position's any more.
    profit: uint256 # In the token of the side's profits, where it is another one.
    failed_step: String[16]
    missing_usd: uint256


@pure
@internal
def _pay(given: Till, usd: uint256, price: uint256, step: String[16]) -> (Till, uint256):
    """
    @notice From the output, then from the collateral. A profit in the other token stays with the trader.
    @return The amount that was paid, in the collateral token.
    """
    till: Till = given
    cost: uint256 = arithmetic._ceil(usd, price)
    if cost == 0 or till.missing_usd != 0:
        return till, 0
    from_output: uint256 = min(cost, till.output)
    from_collateral: uint256 = min(cost - from_output, till.collateral)
    till.output -= from_output
    till.collateral -= from_collateral
    paid: uint256 = from_output + from_collateral
    if paid < cost:
        till.failed_step = step
        till.missing_usd = (cost - paid) * price
    return till, paid


@pure
@internal
def _withdraw(given: Till, asked: uint256) -> Till:
    till: Till = given
    amount: uint256 = min(asked, till.collateral)
    till.collateral -= amount
    till.output += amount
    return till


@pure
@internal
def _without_costs(fees: types.PositionFees) -> types.PositionFees:
    """
    @notice Nothing was collected; the funding that was earned still was.
    """
    left: types.PositionFees = empty(types.PositionFees)
    left.collateralTokenPrice = fees.collateralTokenPrice
    left.funding = fees.funding
    left.funding.fundingFeeAmount = 0
    return left


@pure
@internal
def _price(market: types.Market, prices: types.MarketPrices, token: address) -> types.Price:
    return prices.longTokenPrice if token == market.longToken else prices.shortTokenPrice
