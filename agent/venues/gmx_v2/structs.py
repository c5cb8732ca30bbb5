"""What the exchange's contracts say, as values: the integers of the chain, named as on the wire.

USD is in 1e-30, a price in USD x 1e30 per smallest unit of the token, a factor in 1e-30, an amount in the token's
smallest unit. A field that only some releases have is None on the others.
"""

from enum import IntEnum

from agent.model import Address, value

NOBODY = Address("0x" + "00" * 20)
NO_REFERRAL = bytes(32)


class OrderType(IntEnum):
    MARKET_SWAP = 0
    LIMIT_SWAP = 1
    MARKET_INCREASE = 2
    LIMIT_INCREASE = 3
    MARKET_DECREASE = 4
    LIMIT_DECREASE = 5
    STOP_LOSS_DECREASE = 6
    LIQUIDATION = 7
    STOP_INCREASE = 8


INCREASES = (OrderType.MARKET_INCREASE, OrderType.LIMIT_INCREASE, OrderType.STOP_INCREASE)
"""Their collateral waits with them in the order vault."""


class DecreaseSwap(IntEnum):
    """What a decrease swaps of what it pays out."""

    NO_SWAP = 0
    PNL_TOKEN_TO_COLLATERAL = 1
    COLLATERAL_TO_PNL_TOKEN = 2


@value
class PriceRange:
    min: int
    max: int


@value
class MarketPrices:
    """The reader knows no prices: every valuation is given these."""

    index_token_price: PriceRange
    long_token_price: PriceRange
    short_token_price: PriceRange


@value
class MarketProps:
    market_token: Address
    index_token: Address
    long_token: Address
    short_token: Address


@value
class PositionProps:
    """`size_in_usd` is the notional at entry; the hedge of a short is -size_in_tokens, whatever the price."""

    account: Address
    market: Address
    collateral_token: Address
    size_in_usd: int
    size_in_tokens: int
    collateral_amount: int
    pending_impact_amount: int
    """Index tokens, settled pro rata on a decrease; positive is for the trader."""
    borrowing_factor: int
    funding_fee_amount_per_size: int
    long_token_claimable_funding_amount_per_size: int
    short_token_claimable_funding_amount_per_size: int
    increased_at_time: int
    decreased_at_time: int
    is_long: bool


@value
class PositionFees:
    """What closing would cost now, in collateral tokens unless it says otherwise."""

    funding_fee_amount: int
    claimable_long_token_amount: int
    claimable_short_token_amount: int
    borrowing_fee_usd: int
    borrowing_fee_amount: int
    ui_fee_amount: int
    liquidation_fee_amount: int
    collateral_token_price: PriceRange
    position_fee_factor: int
    position_fee_amount: int
    total_cost_amount_excluding_funding: int
    total_cost_amount: int
    total_discount_amount: int


@value
class ExecutionPrice:
    price_impact_usd: int
    execution_price: int
    balance_was_improved: bool
    proportional_pending_impact_usd: int
    total_impact_usd: int
    price_impact_diff_usd: int


@value
class PositionInfo:
    """`position_key` is zero from the reader's call for a single position; its lists fill it in."""

    position_key: bytes
    position: PositionProps
    fees: PositionFees
    execution_price_result: ExecutionPrice
    base_pnl_usd: int
    """Capped by what the pool pays out to traders; `uncapped_base_pnl_usd` is not."""
    uncapped_base_pnl_usd: int
    pnl_after_price_impact_usd: int
    position_value_in_usd: int | None = None


@value
class OrderProps:
    account: Address
    receiver: Address
    cancellation_receiver: Address
    callback_contract: Address
    ui_fee_receiver: Address
    market: Address
    initial_collateral_token: Address
    swap_path: tuple[Address, ...]
    order_type: int
    decrease_position_swap_type: int
    size_delta_usd: int
    initial_collateral_delta_amount: int
    trigger_price: int
    acceptable_price: int
    execution_fee: int
    callback_gas_limit: int
    min_output_amount: int
    ui_fee_factor: int | None = None
    updated_at_time: int
    valid_from_time: int
    src_chain_id: int
    is_long: bool
    should_unwrap_native_token: bool
    is_frozen: bool
    auto_cancel: bool
    data_list: tuple[bytes, ...]


@value
class OrderInfo:
    order_key: bytes
    order: OrderProps


@value
class NextFunding:
    """`longs_pay_shorts` says who pays; the factor is per second, on the open interest of who pays."""

    longs_pay_shorts: bool
    funding_factor_per_second: int
    next_saved_funding_factor_per_second: int


@value
class VirtualInventory:
    virtual_pool_amount_for_long_token: int
    virtual_pool_amount_for_short_token: int
    virtual_inventory_for_positions: int


@value
class MarketInfo:
    market: MarketProps
    borrowing_factor_per_second_for_longs: int
    borrowing_factor_per_second_for_shorts: int
    next_funding: NextFunding
    virtual_inventory: VirtualInventory
    is_disabled: bool


@value
class Liquidatable:
    """`reason` is "min collateral", "< 0" or "min collateral for leverage"; empty when not liquidatable."""

    liquidatable: bool
    reason: str
    remaining_collateral_usd: int
    min_collateral_usd: int
    min_collateral_usd_for_leverage: int


@value
class MarketTokenPrice:
    """`price` is USD x 1e30 per whole market token; a negative pool value makes it negative."""

    price: int
    pool_value: int


@value
class OraclePrice:
    token: Address
    min: int
    max: int
    timestamp: int
    provider: Address


@value
class CreateOrderParams:
    """What createOrder takes. The defaults are those of a market order that pays and swaps nothing extra."""

    receiver: Address
    cancellation_receiver: Address = NOBODY
    """Nobody is the account."""
    callback_contract: Address = NOBODY
    ui_fee_receiver: Address = NOBODY
    market: Address
    initial_collateral_token: Address
    swap_path: tuple[Address, ...] = ()
    size_delta_usd: int
    initial_collateral_delta_amount: int = 0
    """Only of a decrease: what to withdraw. An increase takes what has arrived in the order vault."""
    trigger_price: int = 0
    acceptable_price: int
    """The least for a short's increase, the most for its decrease."""
    execution_fee: int
    callback_gas_limit: int = 0
    min_output_amount: int = 0
    valid_from_time: int = 0
    """0 for market orders, else they are refused."""
    order_type: int
    decrease_position_swap_type: int = DecreaseSwap.NO_SWAP
    is_long: bool = False
    should_unwrap_native_token: bool = False
    auto_cancel: bool = False
    referral_code: bytes = NO_REFERRAL
    data_list: tuple[bytes, ...] = ()
