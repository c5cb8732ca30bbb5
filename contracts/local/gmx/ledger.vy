# pragma version ~=0.4.3
"""
@title The market's books: every change of a total, with its event
@license MIT
"""


import arithmetic
import keys
import seams
import types


store: immutable(seams.DataStore)
emitter: immutable(seams.EventEmitter)


@deploy
def __init__(store_: seams.DataStore, emitter_: seams.EventEmitter):
    store = store_
    emitter = emitter_


@view
@external
def dataStore() -> address:
    return store.address


@view
@external
def eventEmitter() -> address:
    return emitter.address


@pure
@internal
def _topic(subject: address) -> bytes32:
    return convert(convert(subject, uint256), bytes32)


@internal
def _add_to_pool(market: address, token: address, delta: int256):
    next: uint256 = self._applied(keys._of_pair(keys.POOL_AMOUNT, market, token), delta)
    extcall emitter.emit_log(
        "PoolAmountUpdated",
        [self._topic(market)],
        "market,token;nextValue;delta;",
        abi_encode(market, token, next, delta),
    )


@internal
def _add_collateral(market: address, token: address, is_long: bool, delta: int256):
    key: bytes32 = keys._of_collateral(keys.COLLATERAL_SUM, market, token, is_long)
    held: int256 = convert(staticcall store.getUint(key), int256)
    assert held + delta >= 0, "Invalid state: negative collateralSum"
    self._add_by_side("CollateralSumUpdated", key, market, token, is_long, delta)


@internal
def _add_interest(market: address, token: address, is_long: bool, delta: int256):
    key: bytes32 = keys._of_collateral(keys.OPEN_INTEREST, market, token, is_long)
    self._add_by_side("OpenInterestUpdated", key, market, token, is_long, delta)


@internal
def _add_interest_in_tokens(market: address, token: address, is_long: bool, delta: int256):
    key: bytes32 = keys._of_collateral(keys.OPEN_INTEREST_IN_TOKENS, market, token, is_long)
    self._add_by_side("OpenInterestInTokensUpdated", key, market, token, is_long, delta)


@internal
def _add_pending_impact(market: address, delta: int256):
    key: bytes32 = keys._of(keys.TOTAL_PENDING_IMPACT_AMOUNT, market)
    next: int256 = staticcall store.getInt(key) + delta
    extcall store.setInt(key, next)
    extcall emitter.emit_log(
        "TotalPendingImpactAmountUpdated",
        [self._topic(market)],
        "market;;delta,nextValue;",
        abi_encode(market, delta, next),
    )


@internal
def _add_to_impact_pool(market: address, delta: int256):
    """
    @notice What the impact pool cannot pay is lent to it, and paid back first.
    """
    lent_key: bytes32 = keys._of(keys.LENT_POSITION_IMPACT_POOL_AMOUNT, market)
    pool_key: bytes32 = keys._of(keys.POSITION_IMPACT_POOL_AMOUNT, market)
    lent: int256 = convert(staticcall store.getUint(lent_key), int256)
    pool: int256 = convert(staticcall store.getUint(pool_key), int256)
    back: int256 = min(lent, delta) if delta > 0 else min(pool + delta, 0)
    self._add_by_market("LentPositionImpactPoolAmountUpdated", lent_key, market, -back)
    self._add_by_market("PositionImpactPoolAmountUpdated", pool_key, market, delta - back)


@internal
def _add_claimable(market: address, token: address, account: address, amount: uint256):
    if amount == 0:
        return
    delta: int256 = convert(amount, int256)
    next: uint256 = self._applied(keys._of_claim(keys.CLAIMABLE_FUNDING_AMOUNT, market, token, account), delta)
    pool: uint256 = self._applied(keys._of_pair(keys.CLAIMABLE_FUNDING_AMOUNT, market, token), delta)
    extcall emitter.emit_log(
        "ClaimableFundingUpdated",
        [self._topic(account)],
        "market,token,account;delta,nextValue,nextPoolValue;",
        abi_encode(market, token, account, amount, next, pool),
    )


@internal
def _add_claims(position: types.Position, market: types.Market, fees: types.PositionFees):
    """
    @notice Funding that the position earned becomes its account's, and so does the front end's fee the front end's.
    """
    account: address = position.addresses.account
    self._add_claimable(market.marketToken, market.longToken, account, fees.funding.claimableLongTokenAmount)
    self._add_claimable(market.marketToken, market.shortToken, account, fees.funding.claimableShortTokenAmount)
    if fees.ui.uiFeeAmount != 0:
        key: bytes32 = keys._of_claim(
            keys.CLAIMABLE_UI_FEE_AMOUNT,
            market.marketToken,
            position.addresses.collateralToken,
            fees.ui.uiFeeReceiver,
        )
        self._applied(key, convert(fees.ui.uiFeeAmount, int256))


@internal
def _add_by_market(name: String[48], key: bytes32, market: address, delta: int256):
    next: uint256 = self._applied(key, delta)
    extcall emitter.emit_log(
        name, [self._topic(market)], "market;nextValue;delta;", abi_encode(market, next, delta)
    )


@internal
def _add_by_side(name: String[48], key: bytes32, market: address, token: address, is_long: bool, delta: int256):
    next: uint256 = self._applied(key, delta)
    extcall emitter.emit_log(
        name,
        [self._topic(market)],
        "market,collateralToken;nextValue;delta;isLong;",
        abi_encode(market, token, next, delta, is_long),
    )


@internal
def _applied(key: bytes32, delta: int256) -> uint256:
    current: uint256 = staticcall store.getUint(key)
    next: uint256 = arithmetic._plus(current, delta)
    extcall store.setUint(key, next)
    return next
