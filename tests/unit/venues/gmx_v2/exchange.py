"""The recorded exchange as a node answers it.

Calls are answered by what they ask, so that a question asked otherwise, or one more, still finds its answer.
"""

import json
from typing import Any

from eth_abi.abi import encode as abi_encode

from agent.errors import Unreadable
from agent.evm import HEAD, hex_bytes
from agent.model import Address, Name
from agent.prices.feed import DECIMALS, LATEST
from agent.venues.gmx_v2 import methods, orders
from agent.venues.gmx_v2.abi import Function, Named, encode
from agent.venues.gmx_v2.keys import CONTROLLER, SUBACCOUNT_ORDER_ACTION, Keys
from agent.venues.gmx_v2.structs import NOBODY
from tests.unit.venues.gmx_v2.figures import (
    ACCOUNT,
    AT,
    CHAIN,
    DAY_S,
    ETH_FEED,
    LAYOUT,
    MARKET,
    ONE,
    OTHER_MARKET,
    USDC,
    USDC_FEED,
    WETH,
    Scene,
    changed,
    key_of,
)
from tests.unit.venues.gmx_v2.transcript import STEP, STEPS, TRANSCRIPT


class Exchange:
    """A Fetch. `asked` are the batches, by source."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.asked = scene, list[tuple[Name, int]]()
        self.dark = frozenset[Address]()
        self.store: dict[bytes, Any] = {**_recorded(scene), **_interest(scene), **_permission(scene), **scene.store}

    async def __call__(self, source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
        self.asked.append((source, len(requests)))
        if source != CHAIN:
            return tuple(self._tickers() for _ in requests)
        return tuple(self._rpc(*json.loads(request)) for request in requests)

    def _tickers(self) -> bytes | Unreadable:
        given = self.scene.tickers
        return given if isinstance(given, bytes | Unreadable) else json.dumps(given).encode()

    def _rpc(self, method: str, params: list[Any]) -> bytes | Unreadable:
        if method == HEAD:
            head = {"timestamp": hex(self.scene.now_s), "number": hex(self.scene.block), "hash": "0x" + "ab" * 32}
            return json.dumps(head).encode()
        if method == "eth_call":
            return self._call(params[0])
        key = json.dumps([method, *params])
        answer = self.scene.rpc.get(key, self.scene.rpc.get(method, Unreadable(f"{key} is not written down")))
        answer = answer(params) if callable(answer) else answer
        return answer if isinstance(answer, Unreadable) else json.dumps(answer).encode()

    def _call(self, call: dict[str, str]) -> bytes | Unreadable:
        to, data = Address(call["to"]), hex_bytes(call["data"])
        if to in self.dark:
            return Unreadable(f"no answer from {to}")
        if to in (ETH_FEED, USDC_FEED):
            return _hex(self._feed(to, data))
        called = _functions(to)[data[:4]]
        answer = getattr(self, "_" + called.name)(to, called.args(data))
        return answer if isinstance(answer, Unreadable) else _hex(encode(called.gives, answer))

    def _feed(self, feed: Address, data: bytes) -> bytes:
        if data == DECIMALS.selector:
            return abi_encode(DECIMALS.outputs, [8])
        said = self.scene.eth if feed == ETH_FEED else self.scene.usdc
        return abi_encode(LATEST.outputs, [7, said, 0, self.scene.now_s - self.scene.fed_s, 7])

    # The reader.

    def _getAccountPositions(self, _: Address, args: Named) -> Any:
        return ([info["position"] for info in self.scene.held],)

    def _getAccountOrders(self, _: Address, args: Named) -> Any:
        return (self.scene.orders,)

    def _getPositionInfo(self, _: Address, args: Named) -> Any:
        every = (*self.scene.held, *self.scene.others)
        found = [info for info in every if key_of(info) == args["positionKey"]]
        return (found[0],) if found and not self.scene.unvalued else Unreadable("execution reverted: EmptyPosition")

    def _getMarket(self, _: Address, args: Named) -> Any:
        known = args["key"] in (MARKET, OTHER_MARKET)
        tokens = (args["key"], WETH, self.scene.long_token, USDC) if known else (NOBODY,) * 4
        return (dict(zip(("marketToken", "indexToken", "longToken", "shortToken"), tokens, strict=True)),)

    def _getMarketInfo(self, _: Address, args: Named) -> Any:
        step = next(step for step in (f"{self.scene.at}.marketInfo", "boot.marketInfo") if step in STEP)
        [info] = LAYOUT.market_info.outputs_of(hex_bytes(STEP[step]["result"])).values()
        return (changed(info, **self.scene.market_info),)

    def _getExecutionPrice(self, _: Address, args: Named) -> Any:
        return (self.scene.executes(args["sizeDeltaUsd"]),)

    def _getOrder(self, _: Address, args: Named) -> Any:
        found = [each["order"] for each in self.scene.orders if each["orderKey"] == args["key"]]
        return (found[0] if found else _no_order(),)

    # Everything else.

    def _getUint(self, _: Address, args: Named) -> Any:
        return (int(self.store.get(args["key"], 0)),)

    def _getBool(self, _: Address, args: Named) -> Any:
        return (bool(self.store.get(args["key"], False)),)

    def _containsAddress(self, _: Address, args: Named) -> Any:
        return (self.scene.listed,)

    def _getBytes32ValuesAt(self, _: Address, args: Named) -> Any:
        return ([key_of(info) for info in (*self.scene.held, *self.scene.others)][:1],)

    def _hasRole(self, _: Address, args: Named) -> Any:
        return ((args["account"], args["roleKey"]) in self.scene.roles,)

    def _getRoleMembers(self, _: Address, args: Named) -> Any:
        who = "deployerController" if args["roleKey"] == CONTROLLER else "orderKeeper"
        return ([TRANSCRIPT["accounts"][who]] if self.scene.members else [],)

    def _oracle(self, _: Address, args: Named) -> Any:
        return self._named("oracle")

    def _balanceOf(self, token: Address, args: Named) -> Any:
        return (self.scene.balance if token == USDC else 0,)

    def _decimals(self, token: Address, args: Named) -> Any:
        return (self.scene.decimals.get(token, 18),)

    def _allowance(self, token: Address, args: Named) -> Any:
        return (self.scene.allowance if token == USDC else self.scene.coins_allowance,)

    def _orderHandler(self, _: Address, args: Named) -> Any:
        return self._named("orderHandler")

    def _dataStore(self, _: Address, args: Named) -> Any:
        return self._named("dataStore")

    def _eventEmitter(self, _: Address, args: Named) -> Any:
        return self._named("eventEmitter")

    def _router(self, _: Address, args: Named) -> Any:
        return self._named("router")

    def _orderVault(self, _: Address, args: Named) -> Any:
        return self._named("orderVault")

    def _referralStorage(self, _: Address, args: Named) -> Any:
        return self._named("referralStorage")

    def _named(self, name: str) -> Any:
        return (self.scene.named.get(name, AT[name[0].upper() + name[1:]]),)


def _hex(raw: bytes) -> bytes:
    return json.dumps("0x" + raw.hex()).encode()


def _functions(to: Address) -> dict[bytes, Function]:
    views = {view.selector: view for view in LAYOUT.views()}
    known: dict[Address, dict[bytes, Function]] = {
        AT["Reader"]: {**orders.functions(methods.Reader), **views},
        AT["DataStore"]: orders.functions(methods.DataStore),
        AT["RoleStore"]: orders.functions(methods.RoleStore),
        USDC: orders.functions(methods.Erc20),
        WETH: orders.functions(methods.Erc20),
    }
    named = orders.functions(methods.ExchangeRouter) | orders.functions(methods.OrderHandler)
    return known.get(to, named)


def _no_order() -> Named:
    [order] = LAYOUT.order.outputs_of(hex_bytes(STEP["empty.getOrder"]["result"])).values()
    return dict(order)


def _recorded(scene: Scene) -> dict[bytes, int]:
    """What was last read of the data store up to that moment, of numbers and switches."""
    until = STEP[f"{scene.at}.infoList"]["n"]
    reads = [read for step in STEPS if step["n"] <= until for read in step.get("reads", []) if "key" in read]
    figures = {hex_bytes(read["key"]): read["decoded"] for read in reads}
    return {key: int(said) for key, said in figures.items() if isinstance(said, bool) or str(said).isdigit()}


def _interest(scene: Scene) -> dict[bytes, int]:
    """The account's own positions are all that there is beside 300,000 US dollars of longs on coins."""
    found = {Keys.OPEN_INTEREST(MARKET, WETH, True): 300_000 * ONE}
    for info in scene.held:
        position = info["position"]
        key = Keys.OPEN_INTEREST(MARKET, position["addresses"]["collateralToken"], position["flags"]["isLong"])
        found[key] = found.get(key, 0) + position["numbers"]["sizeInUsd"]
    return found


def _permission(scene: Scene) -> dict[bytes, int]:
    kept = (ACCOUNT, scene.operator, SUBACCOUNT_ORDER_ACTION)
    return {
        Keys.MAX_ALLOWED_SUBACCOUNT_ACTION_COUNT(*kept): scene.actions[0],
        Keys.SUBACCOUNT_ACTION_COUNT(*kept): scene.actions[1],
        Keys.SUBACCOUNT_EXPIRES_AT(*kept): scene.now_s + scene.days * DAY_S,
    }
