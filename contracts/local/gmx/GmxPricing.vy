# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title The arithmetic of the exchange, for those who write and those who only look
@license MIT
"""


import borrowing
import funding
import impact
import margin
import arithmetic
import seams
import types


@view
@external
def next_funding(store: seams.DataStore, market: types.Market, prices: types.MarketPrices) -> types.NextFunding:
    return funding._next(store, market, prices)


@view
@external
def borrowing_factor_per_second(
    store: seams.DataStore, market: types.Market, prices: types.MarketPrices, is_long: bool
) -> uint256:
    return borrowing._factor_per_second(store, market, prices, is_long)


@view
@external
def next_borrowing(
    store: seams.DataStore, market: types.Market, prices: types.MarketPrices, is_long: bool
) -> (uint256, uint256):
    return borrowing._next_cumulative(store, market, prices, is_long)


@view
@external
def execution_price(
    store: seams.DataStore,
    market: types.Market,
    prices: types.MarketPrices,
    size_usd: uint256,
    size_tokens: uint256,
    size_delta: int256,
    pending_impact: int256,
    is_long: bool,
) -> types.ExecutionPriceResult:
    """
    @param size_delta Positive for an increase.
    """
    index: types.Price = prices.indexTokenPrice
    if size_delta > 0:
        return impact._increase_price(store, market, index, convert(size_delta, uint256), is_long)
    closed: uint256 = arithmetic._magnitude(size_delta)
    return impact._decrease_price(store, market, index, size_usd, size_tokens, closed, pending_impact, is_long)


@view
@external
def position_pnl(
    store: seams.DataStore,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
    size_delta: uint256,
) -> types.Pnl:
    return margin._pnl(store, position, market, prices, size_delta)


@view
@external
def position_fees(
    store: seams.DataStore,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
    size_delta: uint256,
    improved: bool,
    ui_fee_receiver: address,
    liquidation: bool,
) -> types.PositionFees:
    return margin._fees(store, position, market, prices, size_delta, improved, ui_fee_receiver, liquidation)


@view
@external
def liquidation(
    store: seams.DataStore,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
    check_minimum: bool,
    for_liquidation: bool,
) -> (bool, String[32], types.Margin):
    return margin._liquidation(store, position, market, prices, check_minimum, for_liquidation)


@view
@external
def is_collateral_sufficient(
    store: seams.DataStore,
    market: types.Market,
    prices: types.MarketPrices,
    collateral: address,
    is_long: bool,
    size_usd: uint256,
    collateral_amount: int256,
    realized_pnl: int256,
    interest_delta: int256,
) -> (bool, int256):
    """
    @return Whether the leverage is allowed, and the USD that the collateral would be worth.
    """
    price: types.Price = margin._collateral_price(market, prices, collateral)
    remaining: int256 = collateral_amount * convert(price.min, int256) + min(realized_pnl, 0)
    factor: uint256 = margin._collateral_factor(store, market, is_long, interest_delta)
    return remaining >= convert(arithmetic._share(size_usd, factor), int256), remaining
