# pragma version ~=0.4.3
"""
@title What the contracts of the exchange ask of each other
@license MIT
"""


import types


interface RoleStore:
    def hasRole(account: address, role: bytes32) -> bool: view


interface DataStore:
    def getUint(key: bytes32) -> uint256: view
    def getInt(key: bytes32) -> int256: view
    def getBool(key: bytes32) -> bool: view
    def getAddress(key: bytes32) -> address: view
    def getBytes32(key: bytes32) -> bytes32: view
    def setUint(key: bytes32, to: uint256): nonpayable
    def setInt(key: bytes32, to: int256): nonpayable
    def setBool(key: bytes32, to: bool): nonpayable
    def setBytes32(key: bytes32, to: bytes32): nonpayable
    def addAddress(key: bytes32, member: address): nonpayable
    def removeAddress(key: bytes32, member: address): nonpayable
    def containsAddress(key: bytes32, member: address) -> bool: view
    def getAddressValuesAt(key: bytes32, start: uint256, end: uint256) -> DynArray[address, 128]: view
    def addBytes32(key: bytes32, member: bytes32): nonpayable
    def removeBytes32(key: bytes32, member: bytes32): nonpayable
    def containsBytes32(key: bytes32, member: bytes32) -> bool: view
    def getBytes32Count(key: bytes32) -> uint256: view
    def getBytes32ValuesAt(key: bytes32, start: uint256, end: uint256) -> DynArray[bytes32, 128]: view
    def market(key: address) -> types.Market: view
    def position(key: bytes32) -> types.Position: view
    def setPosition(key: bytes32, position: types.Position): nonpayable
    def order(key: bytes32) -> types.Order: view
    def setOrder(key: bytes32, order: types.Order): nonpayable
    def removeOrder(key: bytes32): nonpayable


interface EventEmitter:
    def emit_log(name: String[48], topics: DynArray[bytes32, 2], keys: String[1024], words: Bytes[2048]): nonpayable
    def emit_order(
        name: String[48], topics: DynArray[bytes32, 2], keys: String[1024], words: Bytes[2048], order: types.Order
    ): nonpayable
    def emit_reason(
        name: String[48],
        topics: DynArray[bytes32, 2],
        keys: String[1024],
        words: Bytes[2048],
        text: String[128],
        text_key: String[8],
        reason: Bytes[1024],
    ): nonpayable


interface Router:
    def pluginTransfer(token: address, account: address, receiver: address, amount: uint256): nonpayable


interface Bank:
    def recordTransferIn(token: address) -> uint256: nonpayable
    def transferOut(token: address, receiver: address, amount: uint256, unwrap: bool): nonpayable


interface Wnt:
    def deposit(): payable
    def withdraw(amount: uint256): nonpayable


interface PriceProvider:
    def getOraclePrice(token: address, data: Bytes[256]) -> types.ValidatedPrice: nonpayable


interface Oracle:
    def setPrices(params: types.SetPricesParams): nonpayable
    def setSimulatedPrices(params: types.SimulatePricesParams): nonpayable
    def clearAllPrices(): nonpayable
    def getPrimaryPrice(token: address) -> types.Price: view
    def minTimestamp() -> uint256: view
    def maxTimestamp() -> uint256: view


interface Pricing:
    def next_funding(store: address, market: types.Market, prices: types.MarketPrices) -> types.NextFunding: view
    def borrowing_factor_per_second(
        store: address, market: types.Market, prices: types.MarketPrices, is_long: bool
    ) -> uint256: view
    def next_borrowing(
        store: address, market: types.Market, prices: types.MarketPrices, is_long: bool) -> (uint256, uint256
    ): view
    def execution_price(
        store: address,
        market: types.Market,
        prices: types.MarketPrices,
        size_usd: uint256,
        size_tokens: uint256,
        size_delta: int256,
        pending_impact: int256,
        is_long: bool,
    ) -> types.ExecutionPriceResult: view
    def position_pnl(
        store: address,
        position: types.Position,
        market: types.Market,
        prices: types.MarketPrices,
        size_delta: uint256,
    ) -> types.Pnl: view
    def position_fees(
        store: address,
        position: types.Position,
        market: types.Market,
        prices: types.MarketPrices,
        size_delta: uint256,
        improved: bool,
        ui_fee_receiver: address,
        liquidation: bool,
    ) -> types.PositionFees: view
    def liquidation(
        store: address,
        position: types.Position,
        market: types.Market,
        prices: types.MarketPrices,
        check_minimum: bool,
        for_liquidation: bool) -> (bool,
        String[32],
        types.Margin,
    ): view
    def is_collateral_sufficient(
        store: address,
        market: types.Market,
        prices: types.MarketPrices,
        collateral: address,
        is_long: bool,
        size_usd: uint256,
        collateral_amount: int256,
        realized_pnl: int256,
        interest_delta: int256) -> (bool,
        int256,
    ): view


interface Accrual:
    def accrue(market: types.Market, prices: types.MarketPrices): nonpayable


interface Executor:
    def execute(
        key: bytes32, order: types.Order, market: types.Market, prices: types.MarketPrices, forced: bool
    ): nonpayable


interface OrderHandler:
    def createOrder(account: address, params: types.CreateOrderParams) -> bytes32: nonpayable
    def updateOrder(
        key: bytes32,
        size_delta: uint256,
        acceptable: uint256,
        trigger: uint256,
        min_output: uint256,
        valid_from: uint256,
        auto_cancel: bool,
    ): nonpayable
    def cancelOrder(key: bytes32): nonpayable
    def simulateExecuteOrder(key: bytes32, params: types.SimulatePricesParams): nonpayable
    def dataStore() -> address: view
    def eventEmitter() -> address: view
    def roleStore() -> address: view
    def orderVault() -> address: view


interface ExternalHandler:
    def makeExternalCalls(
        targets: DynArray[address, 4],
        data: DynArray[Bytes[4096], 4],
        refund_tokens: DynArray[address, 4],
        refund_receivers: DynArray[address, 4],
    ): nonpayable


interface Shares:
    def totalSupply() -> uint256: view
