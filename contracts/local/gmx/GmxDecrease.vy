# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Executes orders that shrink or close a position or take collateral out of it
@license MIT
"""


import arithmetic
import impact
import interest
import keys
import order_types
import payout
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


import planning
initializes: planning[checks := checks, ledger := ledger]


import reports
initializes: reports[ledger := ledger]


@deploy
def __init__(
    role_store: seams.RoleStore, store: seams.DataStore, emitter: seams.EventEmitter, pricing: seams.Pricing
):
    roles.__init__(role_store)
    ledger.__init__(store, emitter)
    checks.__init__(pricing)


@external
def execute(key: bytes32, order: types.Order, market: types.Market, prices: types.MarketPrices, forced: bool):
    """
    @param forced By a liquidation or a deleveraging: the pool then bears what the collateral cannot.
    """
    roles._only_controller()
    position_key: bytes32 = keys._of_position(
        order.addresses.account, market.marketToken, order.addresses.initialCollateralToken, order.flags.isLong
    )
    before: types.Position = staticcall ledger.store.position(position_key)
    if before.numbers.sizeInUsd == 0:
        raw_revert(method_id("EmptyPosition()"))
    plan: planning.Plan = planning._plan(key, order, before, market, prices)
    liquidation: bool = order.numbers.orderType == order_types.LIQUIDATION
    if liquidation:
        checks._demand_liquidatable(before, market, prices)
    priced: types.ExecutionPriceResult = self._price(order, before, plan.size, market, prices)
    pnl: types.Pnl = staticcall checks.pricing.position_pnl(ledger.store.address, before, market, prices, plan.size)
    fees: types.PositionFees = staticcall checks.pricing.position_fees(
        ledger.store.address,
        before,
        market,
        prices,
        plan.size,
        priced.balanceWasImproved,
        order.addresses.uiFeeReceiver,
        liquidation,
    )
    may_fail: bool = forced and plan.size == before.numbers.sizeInUsd
    till: payout.Till = payout.Till(
        collateral=before.numbers.collateralAmount, output=0, profit=0, failed_step="", missing_usd=0
    )
    till = self._settle(till, before, market, prices, pnl, priced.totalImpactUsd, fees)
    if till.missing_usd != 0:
        if not may_fail:
            raw_revert(
                abi_encode(
                    till.missing_usd,
                    till.failed_step,
                    method_id=method_id("InsufficientFundsToPayForCosts(uint256,string)"),
                )
            )
        reports._fees("PositionFeesInfo", before, fees, plan.size, False, key, position_key)
        reports._insolvency(before, pnl, till, key)
        fees = payout._without_costs(fees)
    after: types.Position = self._shrunk(before, plan, pnl.sizeDeltaInTokens, fees, market)
    closes: bool = after.numbers.sizeInUsd == 0
    till = payout._withdraw(till, max_value(uint256) if closes else plan.withdrawn)
    after.numbers.collateralAmount = till.collateral
    self._write(before, after, market, fees, plan.size, pnl.sizeDeltaInTokens)
    if not closes:
        checks._refuse_liquidatable(after, market, prices, False)
    extcall ledger.store.setPosition(position_key, after)
    reports._fees("PositionFeesCollected", before, fees, plan.size, False, key, position_key)
    reports._decrease(before, after, order, plan.size, priced, pnl, fees, prices, key, position_key)
    self._pay_out(order, market, till, prices)


@view
@internal
def _price(
    order: types.Order,
    position: types.Position,
    size_delta: uint256,
    market: types.Market,
    prices: types.MarketPrices,
) -> types.ExecutionPriceResult:
    found: types.ExecutionPriceResult = impact._decrease_price(
        ledger.store,
        market,
        prices.indexTokenPrice,
        position.numbers.sizeInUsd,
        position.numbers.sizeInTokens,
        size_delta,
        position.numbers.pendingImpactAmount,
        position.flags.isLong,
    )
    if size_delta != 0:
        checks._check_price(found.executionPrice, order.numbers.acceptablePrice, not position.flags.isLong)
    return found


@internal
def _settle(
    given: payout.Till,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
    pnl: types.Pnl,
    impact_usd: int256,
    fees: types.PositionFees,
) -> payout.Till:
    """
    @notice Gains come in first; then funding, loss, fees and impact are paid, until there is nothing left to pay with.
    """
    till: payout.Till = given
    collateral: address = position.addresses.collateralToken
    price: uint256 = fees.collateralTokenPrice.min
    if pnl.base > 0:
        till = self._gain(till, position, market, prices, convert(pnl.base, uint256))
    if impact_usd > 0:
        till = self._gain(till, position, market, prices, convert(impact_usd, uint256))
        lent: uint256 = arithmetic._ceil(convert(impact_usd, uint256), prices.indexTokenPrice.min)
        ledger._add_to_impact_pool(market.marketToken, -convert(lent, int256))
    paid: uint256 = 0
    till, paid = payout._pay(till, fees.funding.fundingFeeAmount * price, price, "funding")
    if pnl.base < 0 and till.missing_usd == 0:
        till, paid = payout._pay(till, arithmetic._magnitude(pnl.base), price, "pnl")
        self._receive(market.marketToken, collateral, paid)
    if till.missing_usd == 0:
        till, paid = payout._pay(till, fees.totalCostAmountExcludingFunding * price, price, "fees")
        self._receive(market.marketToken, collateral, min(paid, fees.feeAmountForPool))
    if impact_usd < 0 and till.missing_usd == 0:
        till, paid = payout._pay(till, arithmetic._magnitude(impact_usd), price, "impact")
        self._receive(market.marketToken, collateral, paid)
        ledger._add_to_impact_pool(
            market.marketToken, convert(paid * price // prices.indexTokenPrice.max, int256)
        )
    return till


@internal
def _gain(
    given: payout.Till, position: types.Position, market: types.Market, prices: types.MarketPrices, usd: uint256
) -> payout.Till:
    """
    @notice Paid by the pool in the token of the side's profits.
    """
    till: payout.Till = given
    token: address = market.longToken if position.flags.isLong else market.shortToken
    amount: uint256 = usd // payout._price(market, prices, token).max
    ledger._add_to_pool(market.marketToken, token, -convert(amount, int256))
    if token == position.addresses.collateralToken:
        till.output += amount
    else:
        till.profit += amount
    return till


@internal
def _receive(market: address, token: address, amount: uint256):
    ledger._add_to_pool(market, token, convert(amount, int256))


@view
@internal
def _shrunk(
    before: types.Position, plan: planning.Plan, tokens: uint256, fees: types.PositionFees, market: types.Market
) -> types.Position:
    after: types.Position = before
    after.numbers.sizeInUsd -= plan.size
    after.numbers.sizeInTokens -= tokens
    after.numbers.pendingImpactAmount -= self._impact_share(before, plan.size)
    after.numbers.decreasedAtTime = block.timestamp
    if after.numbers.sizeInUsd != 0:
        after.numbers.borrowingFactor = interest._side(
            ledger.store, keys.CUMULATIVE_BORROWING_FACTOR, market, before.flags.isLong
        )
        latest: types.FundingFees = fees.funding
        after.numbers.fundingFeeAmountPerSize = latest.latestFundingFeeAmountPerSize
        after.numbers.longTokenClaimableFundingAmountPerSize = latest.latestLongTokenClaimableFundingAmountPerSize
        after.numbers.shortTokenClaimableFundingAmountPerSize = latest.latestShortTokenClaimableFundingAmountPerSize
    return after


@pure
@internal
def _impact_share(position: types.Position, size_delta: uint256) -> int256:
    pending: int256 = position.numbers.pendingImpactAmount
    return pending * convert(size_delta, int256) // convert(position.numbers.sizeInUsd, int256)


@internal
def _write(
    before: types.Position,
    after: types.Position,
    market: types.Market,
    fees: types.PositionFees,
    size: uint256,
    tokens: uint256,
):
    at: types.PositionAddresses = before.addresses
    is_long: bool = before.flags.isLong
    ledger._add_claims(before, market, fees)
    ledger._add_pending_impact(at.market, after.numbers.pendingImpactAmount - before.numbers.pendingImpactAmount)
    gone: uint256 = before.numbers.collateralAmount - after.numbers.collateralAmount
    ledger._add_collateral(at.market, at.collateralToken, is_long, -convert(gone, int256))
    if size != 0:
        ledger._add_interest(at.market, at.collateralToken, is_long, -convert(size, int256))
        ledger._add_interest_in_tokens(at.market, at.collateralToken, is_long, -convert(tokens, int256))


@internal
def _pay_out(order: types.Order, market: types.Market, till: payout.Till, prices: types.MarketPrices):
    token: address = order.addresses.initialCollateralToken
    profit_token: address = market.longToken if order.flags.isLong else market.shortToken
    usd: uint256 = till.output * payout._price(market, prices, token).min
    usd += till.profit * payout._price(market, prices, profit_token).min
    if usd < order.numbers.minOutputAmount:
        raw_revert(
            abi_encode(
                usd, order.numbers.minOutputAmount, method_id=method_id("InsufficientOutputAmount(uint256,uint256)")
            )
        )
    self._send(order, market.marketToken, token, till.output)
    self._send(order, market.marketToken, profit_token, till.profit)


@internal
def _send(order: types.Order, market: address, token: address, amount: uint256):
    if amount != 0:
        receiver: address = order.addresses.receiver
        extcall seams.Bank(market).transferOut(token, receiver, amount, order.flags.shouldUnwrapNativeToken)
