# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Executes orders that open, enlarge or top up a position
@license MIT
"""


import arithmetic
import impact
import interest
import keys
import seams
import types


import roles
initializes: roles
exports: roles.roleStore


import ledger
initializes: ledger
exports: (ledger.dataStore, ledger.eventEmitter)


import checks
initializes: checks[ledger := ledger]


import reports
initializes: reports[ledger := ledger]


_vault: immutable(seams.Bank)


@deploy
def __init__(
    role_store: seams.RoleStore,
    store: seams.DataStore,
    emitter: seams.EventEmitter,
    pricing: seams.Pricing,
    vault: seams.Bank,
):
    roles.__init__(role_store)
    ledger.__init__(store, emitter)
    checks.__init__(pricing)
    _vault = vault


@external
def execute(key: bytes32, order: types.Order, market: types.Market, prices: types.MarketPrices, forced: bool):
    roles._only_controller()
    size_delta: uint256 = order.numbers.sizeDeltaUsd
    position: types.Position = self._position(order)
    self._take_in(order)
    priced: types.ExecutionPriceResult = self._price(order, market, prices)
    fees: types.PositionFees = staticcall checks.pricing.position_fees(
        ledger.store.address,
        position,
        market,
        prices,
        size_delta,
        priced.balanceWasImproved,
        order.addresses.uiFeeReceiver,
        False,
    )
    collateral_delta: int256 = (
        convert(order.numbers.initialCollateralDeltaAmount, int256) - convert(fees.totalCostAmount, int256)
    )
    self._add_collateral(position, collateral_delta, fees)
    tokens: uint256 = 0
    impact_delta: int256 = 0
    if size_delta != 0:
        tokens = impact._tokens(size_delta, prices.indexTokenPrice, order.flags.isLong)
        impact_delta = impact._in_tokens(priced.priceImpactUsd, prices.indexTokenPrice)
    ledger._add_pending_impact(market.marketToken, impact_delta)
    position = self._enlarged(position, fees, size_delta, tokens, collateral_delta, impact_delta, prices, market)
    ledger._add_claims(position, market, fees)
    if size_delta != 0:
        self._add_interest(position, market, prices, size_delta, tokens)
    self._check_margin(position, market, prices, size_delta)
    position_key: bytes32 = self._key(position)
    extcall ledger.store.setPosition(position_key, position)
    reports._fees("PositionFeesCollected", position, fees, size_delta, True, key, position_key)
    reports._increase(
        position, order, priced, fees, prices, tokens, collateral_delta, impact_delta, key, position_key
    )


@view
@internal
def _position(order: types.Order) -> types.Position:
    new: types.Position = empty(types.Position)
    new.addresses = types.PositionAddresses(
        account=order.addresses.account,
        market=order.addresses.market,
        collateralToken=order.addresses.initialCollateralToken,
    )
    new.flags.isLong = order.flags.isLong
    known: types.Position = staticcall ledger.store.position(self._key(new))
    return new if known.numbers.sizeInUsd == 0 else known


@pure
@internal
def _key(position: types.Position) -> bytes32:
    at: types.PositionAddresses = position.addresses
    return keys._of_position(at.account, at.market, at.collateralToken, position.flags.isLong)


@internal
def _take_in(order: types.Order):
    token: address = order.addresses.initialCollateralToken
    market: address = order.addresses.market
    if order.numbers.initialCollateralDeltaAmount != 0:
        extcall _vault.transferOut(token, market, order.numbers.initialCollateralDeltaAmount, False)
        extcall seams.Bank(market).recordTransferIn(token)


@view
@internal
def _price(
    order: types.Order, market: types.Market, prices: types.MarketPrices
) -> types.ExecutionPriceResult:
    found: types.ExecutionPriceResult = impact._increase_price(
        ledger.store, market, prices.indexTokenPrice, order.numbers.sizeDeltaUsd, order.flags.isLong
    )
    if order.numbers.sizeDeltaUsd != 0:
        checks._check_price(found.executionPrice, order.numbers.acceptablePrice, order.flags.isLong)
    return found


@internal
def _add_collateral(position: types.Position, delta: int256, fees: types.PositionFees):
    at: types.PositionAddresses = position.addresses
    ledger._add_collateral(at.market, at.collateralToken, position.flags.isLong, delta)
    self._check_collateral_sum(at, position.flags.isLong)
    ledger._add_to_pool(at.market, at.collateralToken, convert(fees.feeAmountForPool, int256))
    held: uint256 = position.numbers.collateralAmount
    if convert(held, int256) + delta < 0:
        raw_revert(abi_encode(held, delta, method_id=method_id("InsufficientCollateralAmount(uint256,int256)")))


@view
@internal
def _check_collateral_sum(at: types.PositionAddresses, is_long: bool):
    sum: uint256 = staticcall ledger.store.getUint(
        keys._of_collateral(keys.COLLATERAL_SUM, at.market, at.collateralToken, is_long)
    )
    most: uint256 = staticcall ledger.store.getUint(
        keys._of_collateral(keys.MAX_COLLATERAL_SUM, at.market, at.collateralToken, is_long)
    )
    if sum > most:
        raw_revert(abi_encode(sum, most, method_id=method_id("MaxCollateralSumExceeded(uint256,uint256)")))


@view
@internal
def _enlarged(
    before: types.Position,
    fees: types.PositionFees,
    size_delta: uint256,
    tokens: uint256,
    collateral_delta: int256,
    impact_delta: int256,
    prices: types.MarketPrices,
    market: types.Market,
) -> types.Position:
    after: types.Position = before
    after.numbers.sizeInUsd += size_delta
    after.numbers.sizeInTokens += tokens
    after.numbers.collateralAmount = arithmetic._plus(before.numbers.collateralAmount, collateral_delta)
    after.numbers.pendingImpactAmount += impact_delta
    after.numbers.borrowingFactor = interest._side(
        ledger.store, keys.CUMULATIVE_BORROWING_FACTOR, market, before.flags.isLong
    )
    after.numbers.fundingFeeAmountPerSize = fees.funding.latestFundingFeeAmountPerSize
    after.numbers.longTokenClaimableFundingAmountPerSize = fees.funding.latestLongTokenClaimableFundingAmountPerSize
    after.numbers.shortTokenClaimableFundingAmountPerSize = fees.funding.latestShortTokenClaimableFundingAmountPerSize
    after.numbers.increasedAtTime = block.timestamp
    return after


@internal
def _add_interest(
    position: types.Position, market: types.Market, prices: types.MarketPrices, size_delta: uint256, tokens: uint256
):
    at: types.PositionAddresses = position.addresses
    is_long: bool = position.flags.isLong
    ledger._add_interest(at.market, at.collateralToken, is_long, convert(size_delta, int256))
    ledger._add_interest_in_tokens(at.market, at.collateralToken, is_long, convert(tokens, int256))
    opened: uint256 = interest._open(ledger.store, market, is_long)
    most: uint256 = interest._side(ledger.store, keys.MAX_OPEN_INTEREST, market, is_long)
    if opened > most:
        raw_revert(abi_encode(opened, most, method_id=method_id("MaxOpenInterestExceeded(uint256,uint256)")))
    reserved: uint256 = interest._reserved_usd(ledger.store, market, prices.indexTokenPrice, is_long)
    pool: uint256 = interest._pool_usd(ledger.store, market, prices, is_long)
    most = arithmetic._share(pool, interest._side(ledger.store, keys.RESERVE_FACTOR, market, is_long))
    if reserved > most:
        raw_revert(abi_encode(reserved, most, method_id=method_id("InsufficientReserve(uint256,uint256)")))
    most = arithmetic._share(pool, interest._side(ledger.store, keys.OPEN_INTEREST_RESERVE_FACTOR, market, is_long))
    if reserved > most:
        raw_revert(
            abi_encode(reserved, most, method_id=method_id("InsufficientReserveForOpenInterest(uint256,uint256)"))
        )


@view
@internal
def _check_margin(
    position: types.Position, market: types.Market, prices: types.MarketPrices, size_delta: uint256
):
    size: uint256 = position.numbers.sizeInUsd
    enough: bool = False
    remaining: int256 = 0
    enough, remaining = staticcall checks.pricing.is_collateral_sufficient(
        ledger.store.address,
        market,
        prices,
        position.addresses.collateralToken,
        position.flags.isLong,
        size,
        convert(position.numbers.collateralAmount, int256),
        0,
        0, # The open interest holds this order already.
    )
    if not enough:
        raw_revert(abi_encode(remaining, method_id=method_id("InsufficientCollateralUsd(int256)")))
    if size == 0 or position.numbers.sizeInTokens == 0:
        raw_revert(
            abi_encode(
                size,
                position.numbers.sizeInTokens,
                method_id=method_id("InvalidPositionSizeValues(uint256,uint256)"),
            )
        )
    least: uint256 = staticcall ledger.store.getUint(keys.MIN_POSITION_SIZE_USD)
    if size < least:
        raw_revert(abi_encode(size, least, method_id=method_id("MinPositionSize(uint256,uint256)")))
    checks._refuse_liquidatable(position, market, prices, True)
