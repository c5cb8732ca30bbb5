"""Perp v2 on the local chain: the venue wired to a devnet, and an operator who sends what it composes."""

import asyncio
from collections.abc import Callable
from typing import Any

from agent.errors import Unreadable
from agent.evm import to_stamp
from agent.evm_slot import evm_lane
from agent.model import (
    Action,
    Address,
    Cannot,
    Draft,
    EvmTx,
    Fund,
    Intent,
    Kind,
    Leg,
    Name,
    Outcome,
    OwnerCall,
    Payload,
    Played,
    Signed,
    Stamp,
    Terms,
    Trade,
    View,
    value,
)
from agent.reading import drive
from agent.units import Base, Price, Usd
from agent.venues.perp_v2.settings import PerpV2Settings
from agent.venues.perp_v2.venue import PerpV2
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.latest import LatestFetch

LOCAL = Name("local")
PERP = Name("perp")
ETH = Name("ETH")
TTL_S = 180
GWEI = 10**9


def settings(devnet: Devnet, account: Role = Role.ACCOUNT) -> PerpV2Settings:
    at = devnet.exchange
    market = {"underlying": "ETH", "base_token": at["BaseToken"], "pool": at["UniswapV3Pool"]}
    contracts = {
        "clearing_house": at["ClearingHouse"],
        "clearing_house_config": at["ClearingHouseConfig"],
        "account_balance": at["AccountBalance"],
        "exchange": at["Exchange"],
        "market_registry": at["MarketRegistry"],
        "vault": at["Vault"],
        "delegate_approval": at["DelegateApproval"],
    }
    return PerpV2Settings.model_validate(
        {
            "kind": "perp-v2",
            "chain": "local",
            "account": devnet.address(account),
            "operator": "hot",
            "collateral": devnet.tokens["USDC"],
            "contracts": contracts,
            "markets": {"ETH": market},
        }
    )


def perp_v2(devnet: Devnet, account: Role = Role.ACCOUNT, confirmations: int = 0) -> PerpV2:
    operator = Address(devnet.address(Role.OPERATOR))
    return PerpV2(
        name=PERP,
        lane=evm_lane(devnet.chain_id, operator),
        chain_id=devnet.chain_id,
        operator=operator,
        confirmations=confirmations,
        settings=settings(devnet, account),
    )


@value
class Sent:
    """One mined payload."""

    intent: Intent
    ok: bool
    gas_used: int
    said: str
    logs: tuple[dict[str, Any], ...]


class Desk:
    """The operator at work."""

    def __init__(self, devnet: Devnet, venue: PerpV2) -> None:
        self.devnet, self.venue, self.fetch = devnet, venue, LatestFetch(devnet)

    def look(self) -> View:
        [view] = asyncio.run(drive([self.venue.observe()], self.fetch))
        return view

    def probe(self, intent: Intent) -> Outcome:
        [outcome] = asyncio.run(drive([self.venue.probe(intent)], self.fetch))
        return outcome

    def stamp(self) -> Stamp:
        return to_stamp(LOCAL, self.devnet.chain.rpc("eth_getBlockByNumber", "latest", False))

    def terms(self) -> Terms:
        nonce = int(self.devnet.chain.rpc("eth_getTransactionCount", self.venue.operator, "latest"), 16)
        stamp = self.stamp()
        return Terms(
            lane=self.venue.lane,
            stamp=stamp,
            nonce=nonce,
            max_fee=20 * GWEI,
            tip=0,
            ceiling=100 * GWEI,
            expires_ms=stamp.time_ms + TTL_S * 1000,
        )

    def compose(self, *actions: Action, kind: Kind = Kind.REBALANCE) -> Draft | Cannot:
        leg = Leg(venue=self.venue.name, actions=actions, kind=kind)
        return self.venue.compose(leg, self.look(), self.terms())

    def do(self, *actions: Action) -> list[Sent]:
        draft = self.compose(*actions)
        assert isinstance(draft, Draft), draft
        return [self.send(payload) for payload in draft.payloads]

    def fill(self, *actions: Action) -> Sent:
        """Does it and hands back the last payload, which must have gone through."""
        sent = self.do(*actions)
        assert all(each.ok for each in sent), [each.said for each in sent]
        return sent[-1]

    def send(self, payload: Payload) -> Sent:
        assert isinstance(payload, EvmTx)
        call = _call(payload, self.venue.operator)
        receipt, said = self._mine(call)
        intent = Intent(id=1, ceiling=100 * GWEI, attempts=(self._signed(payload, receipt["transactionHash"]),))
        return Sent(
            intent=intent,
            ok=receipt["status"] == "0x1",
            gas_used=int(receipt["gasUsed"], 16),
            said=said,
            logs=tuple(receipt["logs"]),
        )

    def by_owner(self, call: OwnerCall) -> None:
        """The account signs; it must go through."""
        given = {"from": call.sender, "to": call.to, "data": "0x" + call.data.hex(), "value": hex(call.value)}
        receipt, said = self._mine(given | {"gas": hex(3_000_000)})
        assert receipt["status"] == "0x1", said

    def _signed(self, payload: EvmTx, ref: str) -> Signed:
        return Signed(venue=self.venue.name, payload=payload, raw=b"", ref=ref)

    def _mine(self, call: dict[str, str]) -> tuple[dict[str, Any], str]:
        chain = self.devnet.chain
        ref = chain.rpc("eth_sendTransaction", call)
        chain.web3.eth.wait_for_transaction_receipt(ref, poll_latency=0.002)
        receipt: dict[str, Any] = chain.rpc("eth_getTransactionReceipt", ref)
        if receipt["status"] == "0x1":
            return receipt, ""
        before = hex(int(receipt["blockNumber"], 16) - 1)
        failed = chain.web3.provider.make_request("eth_call", [call, before])  # type: ignore[arg-type]
        return receipt, str(failed.get("error", "the same call just before it does not fail"))


class DevnetStage:
    """Plays on the devnet itself: a test that rehearses takes it back."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self.played = desk, list[Played]()

    async def fetch(self, source: Name, requests: tuple[bytes, ...], /) -> tuple[bytes | Unreadable, ...]:
        return await self._desk.fetch(source, requests)

    async def play(self, tx: EvmTx, /, explain: Callable[[str], str] = str) -> None:
        sent = self._desk.send(tx)
        self.played.append(Played(tx=tx, ok=sent.ok, gas_used=sent.gas_used, said=sent.said))

    async def outsider(self, who: Address, to: Address, data: bytes, after_s: int = 0) -> None:
        raise NotImplementedError("this exchange fills at once: nobody else has a part in it")


def _call(tx: EvmTx, sender: Address) -> dict[str, str]:
    return {
        "from": sender,
        "to": tx.to,
        "data": "0x" + tx.data.hex(),
        "nonce": hex(tx.nonce),
        "gas": hex(tx.gas),
        "maxFeePerGas": hex(tx.max_fee),
        "maxPriorityFeePerGas": hex(tx.tip),
    }


def fund(amount: str) -> Fund:
    return Fund(amount=Usd(amount))


def sell(size: str, worst: str, reduce_only: bool = False) -> Trade:
    return Trade(market=ETH, size=-Base(size), worst=Price(worst), reduce_only=reduce_only)


def buy(size: str, worst: str, reduce_only: bool = True) -> Trade:
    return Trade(market=ETH, size=Base(size), worst=Price(worst), reduce_only=reduce_only)
