# pragma version ~=0.4.3
"""
@title Open interest and pools of a market, read from the data store
@license MIT
@notice Markets have two different tokens here, so nothing is counted twice.
"""


import keys
import arithmetic
import seams
import types


@view
@internal
def _open(store: seams.DataStore, market: types.Market, is_long: bool) -> uint256:
    return self._sum(store, keys.OPEN_INTEREST, market, is_long)


@view
@internal
def _open_in_tokens(store: seams.DataStore, market: types.Market, is_long: bool) -> uint256:
    return self._sum(store, keys.OPEN_INTEREST_IN_TOKENS, market, is_long)


@view
@internal
def _open_by(store: seams.DataStore, market: types.Market, token: address, is_long: bool) -> uint256:
    return staticcall store.getUint(keys._of_collateral(keys.OPEN_INTEREST, market.marketToken, token, is_long))


@view
@internal
def _pool_usd(store: seams.DataStore, market: types.Market, prices: types.MarketPrices, is_long: bool) -> uint256:
    """
    @notice Of the token that pays this side's profits.
    """
    token: address = market.longToken if is_long else market.shortToken
    price: uint256 = prices.longTokenPrice.min if is_long else prices.shortTokenPrice.min
    return price * staticcall store.getUint(keys._of_pair(keys.POOL_AMOUNT, market.marketToken, token))


@view
@internal
def _reserved_usd(store: seams.DataStore, market: types.Market, index: types.Price, is_long: bool) -> uint256:
    """
    @notice Longs may win whatever the index does, shorts no more than they were opened for.
    """
    if is_long:
        return index.max * self._open_in_tokens(store, market, True)
    return self._open(store, market, False)


@view
@internal
def _pool_pnl(store: seams.DataStore, market: types.Market, index: types.Price, is_long: bool) -> int256:
    """
    @notice At most what all traders of the side have won.
    """
    entry: int256 = convert(self._open(store, market, is_long), int256)
    price: uint256 = arithmetic._pick(index, is_long)
    now: int256 = convert(price * self._open_in_tokens(store, market, is_long), int256)
    return now - entry if is_long else entry - now


@view
@internal
def _side(store: seams.DataStore, name: bytes32, market: types.Market, side: bool) -> uint256:
    return staticcall store.getUint(keys._of_side(name, market.marketToken, side))


@view
@internal
def _plain(store: seams.DataStore, name: bytes32, market: types.Market) -> uint256:
    return staticcall store.getUint(keys._of(name, market.marketToken))


@view
@internal
def _sum(store: seams.DataStore, name: bytes32, market: types.Market, is_long: bool) -> uint256:
    by_long: bytes32 = keys._of_collateral(name, market.marketToken, market.longToken, is_long)
    by_short: bytes32 = keys._of_collateral(name, market.marketToken, market.shortToken, is_long)
    return staticcall store.getUint(by_long) + staticcall store.getUint(by_short)
