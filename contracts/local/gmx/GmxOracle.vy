# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Prices for the length of one execution
@license MIT
"""


import keys
import types
import seams


import roles
initializes: roles
exports: roles.roleStore




minTimestamp: public(uint256)
maxTimestamp: public(uint256)


_store: immutable(seams.DataStore)
_emitter: immutable(seams.EventEmitter)


_prices: HashMap[address, types.Price]
_priced: DynArray[address, types.MAX_TOKENS]


@deploy
def __init__(role_store: seams.RoleStore, store: seams.DataStore, emitter: seams.EventEmitter):
    roles.__init__(role_store)
    _store = store
    _emitter = emitter


@external
def setPrices(params: types.SetPricesParams):
    roles._only_controller()
    self.minTimestamp = max_value(uint256)
    self.maxTimestamp = 0
    for i: uint256 in range(len(params.tokens), bound=types.MAX_TOKENS):
        price: types.ValidatedPrice = self._ask(params.tokens[i], params.providers[i], params.data[i])
        self._set(price.token, types.Price(min=price.min, max=price.max))
        self.minTimestamp = min(self.minTimestamp, price.timestamp)
        self.maxTimestamp = max(self.maxTimestamp, price.timestamp)
        extcall _emitter.emit_log(
            "OraclePriceUpdate",
            [convert(convert(price.token, uint256), bytes32)],
            "token,provider;minPrice,maxPrice,timestamp;",
            abi_encode(price.token, price.provider, price.min, price.max, price.timestamp),
        )


@external
def setSimulatedPrices(params: types.SimulatePricesParams):
    roles._only_controller()
    for i: uint256 in range(len(params.primaryTokens), bound=types.MAX_TOKENS):
        self._set(params.primaryTokens[i], params.primaryPrices[i])
    self.minTimestamp = params.minTimestamp
    self.maxTimestamp = params.maxTimestamp


@external
def clearAllPrices():
    roles._only_controller()
    for token: address in self._priced:
        self._prices[token] = empty(types.Price)
    self._priced = []


@view
@external
def getPrimaryPrice(token: address) -> types.Price:
    price: types.Price = self._prices[token]
    if price.max == 0:
        raw_revert(abi_encode(token, method_id=method_id("EmptyPrimaryPrice(address)")))
    return price


@internal
def _ask(token: address, provider: address, data: Bytes[256]) -> types.ValidatedPrice:
    if not staticcall _store.getBool(keys._of(keys.IS_ORACLE_PROVIDER_ENABLED, provider)):
        raw_revert(abi_encode(provider, method_id=method_id("InvalidOracleProvider(address)")))
    expected: address = staticcall _store.getAddress(keys._of_pair(keys.ORACLE_PROVIDER_FOR_TOKEN, self, token))
    if provider != expected:
        raw_revert(
            abi_encode(provider, expected, method_id=method_id("InvalidOracleProviderForToken(address,address)"))
        )
    price: types.ValidatedPrice = extcall seams.PriceProvider(provider).getOraclePrice(token, data)
    if price.timestamp + staticcall _store.getUint(keys.MAX_ORACLE_PRICE_AGE) < block.timestamp:
        raw_revert(
            abi_encode(price.timestamp, block.timestamp, method_id=method_id("MaxPriceAgeExceeded(uint256,uint256)"))
        )
    return price


@internal
def _set(token: address, price: types.Price):
    self._prices[token] = price
    self._priced.append(token)
