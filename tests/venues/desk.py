"""An operator on a local chain: looks at one venue and sends what it composes, without wire, vault or journal."""

import asyncio
from typing import Any, Generic, Protocol, TypeVar

from agent.evm import to_stamp
from agent.model import (
    Action,
    Address,
    Cannot,
    Draft,
    EvmTx,
    Fund,
    Intent,
    Kind,
    Lane,
    Leg,
    Name,
    Outcome,
    OwnerCall,
    Payload,
    Signed,
    Stamp,
    Terms,
    Trade,
    View,
    value,
)
from agent.reading import Reading, drive
from agent.units import Base, Price, Usd
from tests.kit.devnet.chain import Chain
from tests.kit.latest import LatestFetch

LOCAL = Name("local")
ETH = Name("ETH")
TTL_S = 180
GWEI = 10**9


class Place(Protocol):
    """Where the chain is."""

    @property
    def chain(self) -> Chain: ...


class EvmVenue(Protocol):
    """What the desk needs of a venue on an EVM chain."""

    @property
    def name(self) -> Name: ...
    @property
    def lane(self) -> Lane: ...
    @property
    def operator(self) -> Address: ...
    def observe(self) -> Reading[View]: ...
    def probe(self, intent: Intent) -> Reading[Outcome]: ...
    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot: ...


P = TypeVar("P", bound=Place)
V = TypeVar("V", bound=EvmVenue)


@value
class Sent:
    """One mined payload."""

    intent: Intent
    ok: bool
    gas_used: int
    said: str
    logs: tuple[dict[str, Any], ...]


class Desk(Generic[P, V]):
    """The operator at work."""

    def __init__(self, devnet: P, venue: V) -> None:
        self.devnet, self.venue, self.fetch = devnet, venue, LatestFetch(devnet.chain)

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


def _call(tx: EvmTx, sender: Address) -> dict[str, str]:
    return {
        "from": sender,
        "to": tx.to,
        "data": "0x" + tx.data.hex(),
        "value": hex(tx.value),
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
