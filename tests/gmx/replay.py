"""The recorded scenario, step by step, on the local exchange."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from eth_abi.abi import decode
from eth_typing import ChecksumAddress
from eth_utils.crypto import keccak
from web3.exceptions import TransactionNotFound
from web3.types import RPCEndpoint, TxReceipt

from tests.gmx.comparison import Leaf, decoded, differences, event, words
from tests.gmx.recording import ACTORS, Translation, first_nonce, markets, recording, steps, swap_market
from tests.kit.devnet.artifacts import artifact
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import keeper
from tests.kit.gmx.keys import key, name
from tests.kit.gmx.launch import fund
from tests.kit.gmx.parameters import ONE, USD
from tests.kit.gmx.state import Gmx

START = 1795314429
_GAS = hex(15_000_000)
_USDC = {"trader": 50_000, "liquidationVictim": 20_000, "subaccountOwner": 50_000}
_TRANSFER = keccak(text="Transfer(address,address,uint256)")

FEES = frozenset({"executionFeeAmount", "refundFeeAmount"})
"""What a keeper's gas cost."""


class Replay:
    def __init__(self, gmx: Gmx) -> None:
        self.gmx, self.chain = gmx, gmx.chain
        self._prepare()
        self.translate = Translation(gmx)
        self.blocks: dict[int, int] = {}

    def run(self, last: str = "") -> dict[str, list[str]]:
        """The differences of every step that is compared, by its id."""
        found: dict[str, list[str]] = {}
        for step in steps():
            self._surround(step)
            if step["id"] not in NOT_COMPARED:
                found[step["id"]] = list(self._compare(step))
            self.blocks[step["block"]] = self.chain.web3.eth.block_number
            if step["id"] == last:
                break
        return found

    def _prepare(self) -> None:
        """What the recording found when it began: balances, markets, and the number of the last order."""
        for label, role in ACTORS.items():
            fund(self.gmx, actor(role).address, usdc=_USDC.get(label, 0) * USDC_UNIT, ether=10_000 * ETHER)
        store, deployer = self.gmx.contract("DataStore"), actor(Role.DEPLOYER).address
        self.chain.send(store, "removeAddress", key("MARKET_LIST"), self.gmx.at("SwapMarket"), sender=deployer)
        ours = {recording()["contracts"][token]["address"]: self.gmx.at(token) for token in ("WETH", "USDC")}
        ours |= {swap_market(): self.gmx.at("SwapMarket")}
        for market in markets()[1:]:
            self.chain.send(store, "setMarket", [ours.get(one, one) for one in market.values()], sender=deployer)
        keeper.set_uint(self.gmx, first_nonce() - 1, "NONCE")
        self._list_keepers(deployer, actor(Role.KEEPER).address)

    def _list_keepers(self, *members: ChecksumAddress) -> None:
        roles, deployer = self.gmx.contract("RoleStore"), actor(Role.DEPLOYER).address
        self.chain.send(roles, "revokeRole", actor(Role.KEEPER).address, name("ORDER_KEEPER"), sender=deployer)
        for member in members:
            self.chain.send(roles, "grantRole", member, name("ORDER_KEEPER"), sender=deployer)

    def _surround(self, step: Mapping[str, Any]) -> None:
        """Time, prices and switches, which the recording changed between its steps."""
        if self.chain.now() < step["ts"]:
            self.chain.rpc("evm_setNextBlockTimestamp", step["ts"])
            self.chain.rpc("evm_mine")
        if price := step.get("oraclePrices", {}).get("WETH") or PRICES.get(step["id"]):
            self._set_price(int(price["min"]), int(price["max"]))
        market, handler = self.gmx.at("EthMarket"), self.gmx.at("OrderHandler")
        for limit, side, number in LIMITS.get(step["id"], ()):
            keeper.set_uint(self.gmx, number, limit, market, side)
        for feature, switch in SWITCHES.get(step["id"], ()):
            subject = (market,) if feature == "IS_MARKET_DISABLED" else (handler, 2)
            keeper.set_bool(self.gmx, switch, feature, *subject)

    def _set_price(self, low: int, high: int) -> None:
        provider = self.gmx.contract("PriceProvider")
        self.chain.send(provider, "setPrice", self.gmx.at("WETH"), low, high, sender=actor(Role.DEPLOYER).address)

    def _compare(self, step: Mapping[str, Any]) -> Iterator[str]:
        if step["kind"] == "tx":
            yield from self._transaction(step)
        elif step["kind"] == "calls":
            for read in step["reads"]:
                yield from self._call(step["id"], read)
        elif step["kind"] == "call":
            yield from self._call(step["id"], step)
        elif step["id"] == "open.getLogs":
            yield from self._logs_found(step)
        elif step["id"] == "boot.chainId" and self.chain.rpc("eth_chainId") != step["result"]:
            yield "chain id"

    def _call(self, step_id: str, step: Mapping[str, Any]) -> Iterator[str]:
        asked = RPCEndpoint("eth_call"), [self._translated(step["request"]), "latest"]
        answer = self.chain.web3.provider.make_request(*asked)
        if "error" in step:
            theirs = bytes.fromhex(self.translate(step["error"].get("data") or "0x")[2:])
            if "error" not in answer:
                yield f"no error, but {answer['result']}"
                return
            ours = bytes.fromhex((answer["error"].get("data") or "0x")[2:])
            yield from self._errors(step_id, theirs, ours)
        elif "error" in answer:
            yield f"{step['fn']}: {answer['error']}"
        else:
            both = self.translate(step["result"]), str(answer["result"])
            yield from self._answers(step, *(bytes.fromhex(text[2:]) for text in both))

    def _answers(self, step: Mapping[str, Any], theirs: bytes, ours: bytes) -> Iterator[str]:
        if step["fn"] == "Multicall3.aggregate3":
            yield from self._inner(step, theirs, ours)
        elif step["fn"] != "ERC20.allowance" or theirs != UNLIMITED:
            outputs = _outputs(step["fn"])
            yield from differences(decoded(outputs, theirs), decoded(outputs, ours))

    def _inner(self, step: Mapping[str, Any], *both: bytes) -> Iterator[str]:
        """What each of the calls in one answered."""
        theirs, ours = (decode(["(bool,bytes)[]"], answer)[0] for answer in both)
        for function, (done, left), (also_done, right) in zip(step["inner"], theirs, ours, strict=True):
            if done != also_done or (not done and left != right):
                yield f"{function}: {done} {left.hex()} != {also_done} {right.hex()}"
            elif done and function != "Multicall3.getEthBalance":
                yield from self._answers({"fn": function}, left, right)

    def _errors(self, step_id: str, theirs: bytes, ours: bytes) -> Iterator[str]:
        if step_id in OWN_WORDS:
            theirs, ours = theirs[:4], ours[:4]
        near = NEAR_ARGUMENTS.get(step_id, frozenset())
        yield from differences(words(theirs), words(ours), near=near)

    def _transaction(self, step: Mapping[str, Any]) -> Iterator[str]:
        receipt, recorded = self._send(step["tx"]), step["receipt"]
        if receipt["status"] != recorded["status"]:
            yield f"status {recorded['status']} != {receipt['status']}: {self._reason(step, receipt)}"
            return
        theirs = [self._log(log) for log in recorded["logs"]]
        ours = [
            (log["address"], [topic.to_0x_hex() for topic in log["topics"]], bytes(log["data"]))
            for log in receipt["logs"]
        ]
        yield from self._events(theirs, ours)
        yield from self._transfers(theirs, ours)

    def _send(self, tx: Mapping[str, Any]) -> TxReceipt:
        self.chain.rpc("anvil_setNextBlockBaseFeePerGas", recording()["gas"]["baseFeePerGas"])
        fees = {name: hex(int(tx[name])) for name in ("value", "maxFeePerGas", "maxPriorityFeePerGas")}
        sent = self.chain.rpc("eth_sendTransaction", self._translated(tx) | fees)
        while True:
            try:
                return self.chain.web3.eth.get_transaction_receipt(sent)
            except TransactionNotFound:
                time.sleep(0.001)

    def _reason(self, step: Mapping[str, Any], receipt: TxReceipt) -> object:
        call = self._translated(step["tx"]) | {"value": hex(int(step["tx"]["value"]))}
        before = hex(receipt["blockNumber"] - 1)
        return self.chain.web3.provider.make_request(RPCEndpoint("eth_call"), [call, before])

    def _translated(self, request: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {name: request[name] for name in ("to", "from", "value", "gasPrice") if name in request}
        data = request.get("data") or request["input"]
        return {name: self.translate(text) for name, text in wanted.items()} | {
            "data": self.translate(data),
            "gas": _GAS,
        }

    def _log(self, log: Mapping[str, Any]) -> tuple[str, list[str], bytes]:
        topics = [self.translate(topic) for topic in log["topics"]]
        return self.translate(log["address"]), topics, bytes.fromhex(self.translate(log["data"])[2:])

    def _events(self, theirs: list[Any], ours: list[Any]) -> Iterator[str]:
        """The exchange's own: the same ones in the same order, with the same topics and items."""
        emitter = self.gmx.at("EventEmitter").lower()
        left, right = ([log for log in logs if log[0].lower() == emitter] for logs in (theirs, ours))
        names = [[event(log[2])[0] for log in logs] for logs in (left, right)]
        if names[0] != names[1]:
            yield f"events: {names[0]} != {names[1]}"
            return
        for (_, topics, data), (_, our_topics, our_data) in zip(left, right, strict=True):
            name, items = event(data)
            if topics != our_topics:
                yield f"{name} topics: {topics} != {our_topics}"
            yield from (f"{name} {one}" for one in differences(items, event(our_data)[1], FEES))

    def _transfers(self, theirs: list[Any], ours: list[Any]) -> Iterator[str]:
        """Coins moved: the same ones between the same hands."""
        left, right = ([one for log in logs for one in self._moved(*log)] for logs in (theirs, ours))
        yield from differences(left, right)

    def _moved(self, token: str, topics: list[str], data: bytes) -> Iterator[Leaf]:
        """The amount of a fee is a keeper's gas, and not ours to compare."""
        if topics[0] != "0x" + _TRANSFER.hex():
            return
        payers = (self.gmx.at("OrderVault"), self.gmx.at("OrderHandler"))
        fee = token.lower() == self.gmx.at("WETH").lower() and int(topics[1], 16) in [int(one, 16) for one in payers]
        to_collect = int(topics[2], 16) in (0, int(self.gmx.at("OrderHandler"), 16))
        yield f"{token.lower()} {topics[1:]}", 0 if fee and to_collect else int.from_bytes(data)

    def _logs_found(self, step: Mapping[str, Any]) -> Iterator[str]:
        asked = dict(step["params"][0]) | {"fromBlock": hex(self.blocks[int(step["params"][0]["fromBlock"], 16)])}
        topics = [self.translate(one) if isinstance(one, str) else one for one in asked["topics"]]
        asked |= {"address": self.translate(asked["address"]), "topics": topics}
        found = [self._log(log) for log in self.chain.rpc("eth_getLogs", asked)]
        yield from self._events([self._log(log) for log in step["result"]], found)


def _outputs(function: str) -> list[dict[str, Any]]:
    """As our own contract declares them."""
    contract, name = function.split(".")
    code = {"USDC": "Token", "WETH": "Token", "ERC20": "Token", "IOracleProvider": "GmxPriceProvider"}
    abi = artifact(code.get(contract, f"Gmx{contract}")).abi
    found: list[dict[str, Any]] = next(one for one in abi if one.get("name") == name)["outputs"]
    return found


_ETH = {"min": "3109750000000000", "max": "3110250000000000"}
PRICES: dict[str, dict[str, str]] = {
    "sl.executeEarly": {"min": "3049750000000000", "max": "3050250000000000"},
    "orphan.execute": {"min": "3799750000000000", "max": "3800250000000000"},
    "liq.create": _ETH,
    "liq.tooEarly": _ETH,
}
"""Where a step does not say at what price it was taken."""

LIMITS: dict[str, tuple[tuple[str, bool, int], ...]] = {
    "oiCap.create": (("MAX_OPEN_INTEREST", False, 30_000 * USD),),
    "oiReserve.create": (
        ("MAX_OPEN_INTEREST", False, 110_000_000 * USD),
        ("OPEN_INTEREST_RESERVE_FACTOR", False, ONE // 1_000),
    ),
    "minSize.create": (("OPEN_INTEREST_RESERVE_FACTOR", False, ONE * 27 // 10),),
}
SWITCHES: dict[str, tuple[tuple[str, bool], ...]] = {
    "create.marketDisabled": (("IS_MARKET_DISABLED", True),),
    "create.featureDisabled": (("IS_MARKET_DISABLED", False), ("CREATE_ORDER_FEATURE_DISABLED", True)),
    "open.estimateGas": (("CREATE_ORDER_FEATURE_DISABLED", False),),
    "featureOff.execute": (("EXECUTE_ORDER_FEATURE_DISABLED", True),),
    "noPrice.executeOk": (("EXECUTE_ORDER_FEATURE_DISABLED", False),),
}

NOT_COMPARED = {
    "boot.gasPrice": "the node's own suggestion",
    "boot.maxPriorityFee": "the node's own suggestion",
    "open.estimateGas": "the gas of other code",
    "accrue": "time that passes, and nothing else",
}
UNLIMITED = bytes([255] * 32)
"""An allowance that stays so there and is counted down here."""
OWN_WORDS = frozenset({"open.noAllowance", "sub.denied.allowance"})
"""The token says in its own words that its allowance is too small: selector only."""
NEAR_ARGUMENTS = {"liq.tooEarly": frozenset({"32"})}
"""The remaining collateral, after an impact."""
