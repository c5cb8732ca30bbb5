# pragma version ~=0.4.3
"""
@title How much of what an order asks for is done
@license MIT
"""


import checks
import keys
import ledger
import order_types
import payout
import types


uses: checks
uses: ledger


struct Plan:
    size: uint256
    withdrawn: uint256


@internal
def _plan(
    key: bytes32,
    order: types.Order,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
) -> Plan:
    """
    @notice What the order asks for, as far as it can be: resting orders are cut to the position, withdrawals that
        leave too little are left out, and remainders that are too small are closed as well.
    """
    size: uint256 = position.numbers.sizeInUsd
    plan: Plan = Plan(
        size=order.numbers.sizeDeltaUsd,
        withdrawn=min(order.numbers.initialCollateralDeltaAmount, position.numbers.collateralAmount),
    )
    if plan.size > size:
        if not order_types._rests(order.numbers.orderType):
            raw_revert(
                abi_encode(plan.size, size, method_id=method_id("InvalidDecreaseOrderSize(uint256,uint256)"))
            )
        self._emit_size(key, plan.size, size)
        plan.size = size
    if plan.size < size:
        plan = self._rounded(key, plan, position, market, prices)
    if plan.size == size and plan.withdrawn > 0:
        self._emit_withdrawal(key, plan.withdrawn, 0)
        plan.withdrawn = 0
    return plan


@internal
def _rounded(
    key: bytes32,
    asked: Plan,
    position: types.Position,
    market: types.Market,
    prices: types.MarketPrices,
) -> Plan:
    plan: Plan = asked
    size: uint256 = position.numbers.sizeInUsd
    gain: int256 = (staticcall checks.pricing.position_pnl(ledger.store.address, position, market, prices, size)).base
    realized: int256 = gain * convert(plan.size, int256) // convert(size, int256)
    enough: bool = False
    remaining: int256 = 0
    enough, remaining = staticcall checks.pricing.is_collateral_sufficient(
        ledger.store.address,
        market,
        prices,
        position.addresses.collateralToken,
        position.flags.isLong,
        size - plan.size,
        convert(position.numbers.collateralAmount - plan.withdrawn, int256),
        realized,
        -convert(plan.size, int256),
    )
    if not enough:
        if plan.size == 0:
            raw_revert(abi_encode(remaining, method_id=method_id("UnableToWithdrawCollateral(int256)")))
        if plan.withdrawn != 0:
            self._emit_withdrawal(key, plan.withdrawn, 0)
            price: types.Price = payout._price(market, prices, position.addresses.collateralToken)
            remaining += convert(plan.withdrawn * price.min, int256)
            plan.withdrawn = 0
    least: int256 = convert(staticcall ledger.store.getUint(keys.MIN_COLLATERAL_USD), int256)
    poor: bool = remaining + gain - realized < least
    small: bool = size - plan.size < staticcall ledger.store.getUint(keys.MIN_POSITION_SIZE_USD)
    if poor or small:
        self._emit_size(key, plan.size, size)
        plan.size = size
    return plan


@internal
def _emit_size(key: bytes32, asked: uint256, size: uint256):
    extcall ledger.emitter.emit_log(
        "OrderSizeDeltaAutoUpdated", [key], ";sizeDeltaUsd,nextSizeDeltaUsd;;;key;", abi_encode(asked, size, key)
    )


@internal
def _emit_withdrawal(key: bytes32, asked: uint256, amount: uint256):
    extcall ledger.emitter.emit_log(
        "OrderCollateralDeltaAmountAutoUpdated",
        [key],
        ";collateralDeltaAmount,nextCollateralDeltaAmount;;;key;",
        abi_encode(asked, amount, key),
    )
