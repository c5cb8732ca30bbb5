# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Writes funding and borrowing into a market's accumulators
@license MIT
"""


import borrowing
import funding
import keys
import seams
import types


import roles
initializes: roles
exports: roles.roleStore


import ledger
initializes: ledger
exports: (ledger.dataStore, ledger.eventEmitter)


@deploy
def __init__(role_store: seams.RoleStore, store: seams.DataStore, emitter: seams.EventEmitter):
    roles.__init__(role_store)
    ledger.__init__(store, emitter)


@external
def accrue(market: types.Market, prices: types.MarketPrices):
    """
    @notice Up to now.
    """
    roles._only_controller()
    found: types.NextFunding = funding._next(ledger.store, market, prices)
    fees: types.PositionType = found.fundingFeeAmountPerSizeDelta
    gains: types.PositionType = found.claimableFundingAmountPerSizeDelta
    self._accrue_side(market, "FundingFeeAmountPerSizeUpdated", keys.FUNDING_FEE_AMOUNT_PER_SIZE, True, fees.long)
    self._accrue_side(market, "FundingFeeAmountPerSizeUpdated", keys.FUNDING_FEE_AMOUNT_PER_SIZE, False, fees.short)
    claim: bytes32 = keys.CLAIMABLE_FUNDING_AMOUNT_PER_SIZE
    self._accrue_side(market, "ClaimableFundingAmountPerSizeUpdated", claim, True, gains.long)
    self._accrue_side(market, "ClaimableFundingAmountPerSizeUpdated", claim, False, gains.short)
    saved: int256 = found.nextSavedFundingFactorPerSecond
    extcall ledger.store.setInt(keys._of(keys.SAVED_FUNDING_FACTOR_PER_SECOND, market.marketToken), saved)
    extcall ledger.store.setUint(keys._of(keys.FUNDING_UPDATED_AT, market.marketToken), block.timestamp)
    self._emit_rate("Funding", "market;fundingFactorPerSecond;", market.marketToken, found.fundingFactorPerSecond)
    self._accrue_borrowing(market, prices, True)
    self._accrue_borrowing(market, prices, False)


@internal
def _accrue_side(market: types.Market, name: String[48], key: bytes32, is_long: bool, grown: types.CollateralType):
    self._accrue_token(market.marketToken, name, key, market.longToken, is_long, grown.longToken)
    self._accrue_token(market.marketToken, name, key, market.shortToken, is_long, grown.shortToken)


@internal
def _accrue_token(market: address, name: String[48], kind: bytes32, token: address, is_long: bool, delta: uint256):
    if delta == 0:
        return
    key: bytes32 = keys._of_collateral(kind, market, token, is_long)
    next: uint256 = staticcall ledger.store.getUint(key) + delta
    extcall ledger.store.setUint(key, next)
    extcall ledger.emitter.emit_log(
        name,
        [ledger._topic(market)],
        "market,collateralToken;delta,value;;isLong;",
        abi_encode(market, token, delta, next, is_long),
    )


@internal
def _accrue_borrowing(market: types.Market, prices: types.MarketPrices, is_long: bool):
    next: uint256 = 0
    delta: uint256 = 0
    next, delta = borrowing._next_cumulative(ledger.store, market, prices, is_long)
    token: address = market.marketToken
    updated: bytes32 = keys._of_side(keys.CUMULATIVE_BORROWING_FACTOR_UPDATED_AT, token, is_long)
    extcall ledger.store.setUint(keys._of_side(keys.CUMULATIVE_BORROWING_FACTOR, token, is_long), next)
    extcall ledger.store.setUint(updated, block.timestamp)
    extcall ledger.emitter.emit_log(
        "CumulativeBorrowingFactorUpdated",
        [ledger._topic(token)],
        "market;delta,nextValue;;isLong;",
        abi_encode(token, delta, next, is_long),
    )
    rate: uint256 = borrowing._factor_per_second(ledger.store, market, prices, is_long)
    self._emit_rate("Borrowing", "market;borrowingFactorPerSecond;", token, rate)


@internal
def _emit_rate(name: String[48], items: String[48], market: address, rate: uint256):
    extcall ledger.emitter.emit_log(name, [ledger._topic(market)], items, abi_encode(market, rate))
