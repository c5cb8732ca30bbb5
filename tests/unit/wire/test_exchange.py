"""Signer and wire against the local exchange, which works out for itself who has signed what."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from agent.errors import Mismatch, Unreadable
from agent.message_slot import hl_lane, question
from agent.model import Address, Intent, Memory, Message, Name, Payload, Signed, Terms, View
from agent.reading import Reading, drive
from agent.signing.hyperliquid import HyperliquidSigner
from agent.signing.hyperliquid_owner import Action, approve_agent, owner_action, signed_by_owner
from agent.signing.keys import Key
from agent.signing.secret import Secret
from agent.venues.hyperliquid.settings import HyperliquidSettings
from agent.venues.hyperliquid.venue import Hyperliquid
from agent.wire.http import Http
from agent.wire.info import Info
from agent.wire.message import MessageWire
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.faults import Kind
from tests.kit.hyperliquid.server import served

T = TypeVar("T")
VENUE, COIN, CLOID = Name("hl"), "ETH", "0x" + "0c" * 16
NETWORKS = {"mainnet": "Mainnet", "testnet": "Testnet"}


def made_key(role: str) -> Key:
    secret = keccak(text=role)
    return Key(address=Address(Account.from_key(secret).address), secret=Secret(secret))


OWNER, AGENT, STRANGER = made_key("owner"), made_key("agent"), made_key("stranger")


@dataclass
class Desk:
    """One account, its agent, and an exchange with a book."""

    exchange: Exchange
    url: str
    network: str = "testnet"

    def run(self, reading: Reading[T]) -> T:
        async def one() -> T:
            async with Info(VENUE, self.url) as info:
                return (await drive([reading], info))[0]

        return asyncio.run(one())

    def ask(self, kind: str, **fields: object) -> bytes | Unreadable:
        async def one() -> bytes | Unreadable:
            async with Info(VENUE, self.url) as info:
                return (await info(VENUE, (question(kind, **fields),)))[0]

        return asyncio.run(one())

    def found(self, kind: str, **fields: object) -> Any:
        answer = self.ask(kind, **fields)
        assert isinstance(answer, bytes), answer
        return json.loads(answer)

    def wire(self, post: Any = None, key: Key = AGENT) -> MessageWire:
        return MessageWire(VENUE, hl_lane(self.network, key.address), OWNER.address, post)

    def terms(self, memory: Memory | None = None) -> Terms:
        return self.run(self.wire().terms(memory or Memory()))

    def following(self, intent: Intent) -> Payload | None:
        return self.run(self.wire().next(intent))

    def send(self, signed: Signed) -> str:
        async def one() -> str:
            async with Info(VENUE, self.url) as info:
                return (await self.wire(info.post).send(signed)).said

        return asyncio.run(one())

    def post(self, raw: bytes) -> Any:
        async def one() -> tuple[int, bytes]:
            http = Http()
            try:
                return await http.post(f"{self.url}/exchange", raw)
            finally:
                await http.close()

        status, body = asyncio.run(one())
        assert status == 200
        return json.loads(body)

    def asset(self) -> int:
        with self.exchange.engine.at() as state:
            return state.index(COIN)

    def order(self, cloid: str = CLOID, price: str = "1900") -> dict[str, Any]:
        kind = {"limit": {"tif": "Ioc"}}
        placed = {"a": self.asset(), "b": False, "p": price, "s": "0.5", "r": False, "t": kind, "c": cloid}
        return {"type": "order", "orders": [placed], "grouping": "na"}

    def sealed(
        self, action: Mapping[str, Any], terms: Terms | None = None, key: Key = AGENT, vault: str | None = None
    ) -> Signed:
        at = terms or self.terms()
        body = {"action": action, "nonce": at.nonce, "vaultAddress": vault, "expiresAfter": at.expires_ms}
        payload = Message(
            lane=hl_lane(self.network, key.address),
            nonce=at.nonce,
            expires_ms=at.expires_ms,
            url=f"{self.url}/exchange",
            body=json.dumps(body, separators=(",", ":")).encode(),
        )
        return HyperliquidSigner(key=key, network=self.network).seal(VENUE, payload)

    def settings(self) -> HyperliquidSettings:
        market = {"underlying": COIN, "coin": COIN, "asset": self.asset(), "size_decimals": 4}
        return HyperliquidSettings.model_validate(
            {
                "kind": "hyperliquid",
                "network": self.network,
                "url": self.url,
                "account": OWNER.address,
                "operator": "agent",
                "markets": {COIN: market},
            }
        )

    def position(self, user: str = OWNER.address) -> Decimal:
        return self.exchange.position(user, COIN)


def opened(exchange: Exchange) -> None:
    exchange.fund(OWNER.address, Decimal(10_000), spot=Decimal(1_000))
    exchange.approve(OWNER.address, AGENT.address, name="hedge")
    exchange.set_price(COIN, Decimal(2000))
    exchange.quote(COIN)


@pytest.fixture(params=[("mainnet", 0), ("testnet", 5)], ids=lambda param: str(param[0]))
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    network, seed = request.param
    exchange = Exchange(network=NETWORKS[network], seed=seed)
    opened(exchange)
    with served(exchange) as url:
        yield Desk(exchange, url, network)


def test_send__order_of_the_agent__fills_and_is_known_by_its_id(desk: Desk) -> None:
    signed = desk.sealed(desk.order())
    assert signed.ref == CLOID
    assert desk.send(signed).startswith("filled 0.5 at ")
    assert desk.position() == Decimal("-0.5")
    status = desk.found("orderStatus", user=OWNER.address.lower(), oid=CLOID)
    assert status["order"]["status"] == "filled"


@pytest.mark.parametrize(
    "action",
    [
        {"type": "updateLeverage", "asset": 1, "isCross": False, "leverage": 2},
        {"type": "updateIsolatedMargin", "asset": 1, "isBuy": True, "ntli": 1_000_000},
        {"type": "cancel", "cancels": [{"a": 1, "o": 77}]},
        {"type": "cancelByCloid", "cancels": [{"asset": 1, "cloid": CLOID}]},
        {"type": "scheduleCancel"},
        {"type": "scheduleCancel", "time": 1_900_000_000_000},
        {"type": "noop"},
    ],
    ids=lambda action: str(action)[:60],
)
def test_send__any_other_action__is_taken_for_the_agents_own(desk: Desk, action: dict[str, Any]) -> None:
    desk.send(desk.sealed(action))
    [logged] = desk.exchange.log("/exchange")
    assert logged.signer == AGENT.address.lower()


def test_send__signed_for_the_other_network__names_a_stranger_and_does_nothing(desk: Desk) -> None:
    elsewhere = Desk(desk.exchange, desk.url, "testnet" if desk.network == "mainnet" else "mainnet")
    said = desk.send(elsewhere.sealed(desk.order()))
    assert said.startswith("refused: ")
    assert "does not exist" in said
    assert AGENT.address.lower() not in said.lower()
    assert desk.position() == 0


def test_send__key_that_nobody_let_in__is_refused_by_its_address(desk: Desk) -> None:
    assert STRANGER.address.lower() in desk.send(desk.sealed(desk.order(), key=STRANGER)).lower()


def test_send__for_a_sub_account__its_position_moves_and_not_the_masters(desk: Desk) -> None:
    made = desk.post(desk.sealed({"type": "createSubAccount", "name": "short"}, key=OWNER).raw)
    sub = made["response"]["data"]
    desk.exchange.fund(sub, Decimal(5_000))
    assert desk.send(desk.sealed(desk.order(), vault=sub)).startswith("filled")
    assert (desk.position(sub), desk.position()) == (Decimal("-0.5"), Decimal(0))


def test_send__signature_with_leading_zeros__is_taken(desk: Desk) -> None:
    terms, found = desk.terms(), set[str]()
    while found < {"r", "s"}:
        terms = replace(terms, nonce=terms.nonce + 1)
        signed = desk.sealed({"type": "noop"}, terms)
        short = {part for part, text in json.loads(signed.raw)["signature"].items() if str(text).startswith("0x0")}
        if short - found:
            assert desk.send(signed) == "taken"
            found |= short


def test_send__answer_lost__the_same_bytes_again_move_nothing_twice(desk: Desk) -> None:
    signed = desk.sealed(desk.order())
    desk.exchange.inject(Kind.DROP_AFTER)
    with pytest.raises(Unreadable):
        desk.send(signed)
    again = desk.following(Intent(id=1, ceiling=0, attempts=(signed,)))
    assert again == signed.payload
    desk.send(signed)
    assert desk.exchange.changes_by_cloid() == {CLOID: 1}


def test_send__arrives_after_its_expiry__does_nothing_and_is_not_sent_again(desk: Desk) -> None:
    signed = desk.sealed(desk.order())
    desk.exchange.inject(Kind.HOLD, delay_s=Decimal(16))
    with pytest.raises(Unreadable):
        desk.send(signed)
    desk.exchange.advance(15)
    assert desk.following(Intent(id=1, ceiling=0, attempts=(signed,))) == signed.payload
    desk.exchange.advance(5)
    assert desk.following(Intent(id=1, ceiling=0, attempts=(signed,))) is None
    assert desk.position() == 0


@pytest.mark.parametrize("kind", [Kind.STATUS_BEFORE, Kind.STATUS_AFTER, Kind.GARBAGE])
def test_send__answered_by_a_gateway__is_only_a_hint(desk: Desk, kind: Kind) -> None:
    desk.exchange.inject(kind)
    said = desk.send(desk.sealed(desk.order()))
    assert said.startswith(("HTTP 502: <html>", "<html>"))


def test_terms__after_a_nonce_of_ours__are_taken_by_the_exchange_in_turn(desk: Desk) -> None:
    first = desk.terms()
    second = desk.terms(Memory(nonces={first.lane: first.nonce}))
    assert (first.stamp, first.nonce, second.nonce) == (second.stamp, first.stamp.time_ms, first.nonce + 1)
    for n, terms in enumerate((first, second)):
        assert desk.send(desk.sealed(desk.order(cloid=f"0x{n:032x}"), terms)).startswith("filled")
    assert desk.position() == Decimal(-1)


def test_used__what_we_count__is_what_the_exchange_counts(desk: Desk) -> None:
    user = OWNER.address.lower()
    asked = (
        question("userAbstraction", user=user),
        question("metaAndAssetCtxs"),
        question("clearinghouseState", user=user),
        question("spotClearinghouseState", user=user),
        question("frontendOpenOrders", user=user),
        question("l2Book", coin=COIN),
        question("userRole", user=user),
        question("exchangeStatus"),
        question("userFillsByTime", user=user, startTime=0),
        question("userNonFundingLedgerUpdates", user=user, startTime=0),
        question("fundingHistory", coin=COIN, startTime=desk.exchange.now_ms - 100 * 3_600_000),
        question("activeAssetData", user=user, coin=COIN),
        question("extraAgents", user=user),
    )
    signed = desk.sealed(desk.order())

    async def run() -> int:
        async with Info(VENUE, desk.url) as info:
            await info.post(f"{desk.url}/exchange", signed.raw)
            answers = await info(VENUE, asked)
            assert all(isinstance(answer, bytes) for answer in answers), answers
            return info.used

    before = desk.exchange.weight_used()
    assert asyncio.run(run()) == desk.exchange.weight_used() - before > 200


def test_used__a_look_of_the_venue_and_the_wire__is_66_beside_slow_facts(desk: Desk) -> None:
    lane = hl_lane(desk.network, AGENT.address)
    venue = Hyperliquid(name=VENUE, lane=lane, operator=AGENT.address, settings=desk.settings())

    async def look(info: Info) -> tuple[int, int]:
        readings: list[Reading[View | Terms]] = [venue.observe(), desk.wire().terms(Memory())]
        view, terms = await drive(readings, info)
        assert view.stamp == terms.stamp
        return info.used - info.slow, info.slow

    async def twice() -> tuple[tuple[int, int], tuple[int, int]]:
        async with Info(VENUE, desk.url) as info:
            return await look(info), await look(info)

    (first, slow), (second, same) = asyncio.run(twice())
    assert (first, second - first) == (66, 66)
    assert slow == same <= 60


def test_ask__what_the_exchange_does_not_know__is_named_for_what_it_is(desk: Desk) -> None:
    malformed = desk.ask("clearinghouseState", user="0xnobody")
    assert isinstance(malformed, Mismatch)
    assert "clearinghouseState: the exchange does not understand the question" in str(malformed)
    unknown = desk.ask("fundingHistory", coin="NOSUCH", startTime=0)
    assert isinstance(unknown, Mismatch)
    assert "the exchange knows no such coin or account (HTTP 500 and null)" in str(unknown)
    assert desk.ask("l2Book", coin="NOSUCH") == b"null"
    assert isinstance(desk.ask("noSuchQuestion"), Mismatch)


def test_ask__beyond_the_exchanges_own_limit__unreadable(desk: Desk) -> None:
    desk.exchange.exhaust_ip()
    found = desk.ask("metaAndAssetCtxs")
    assert type(found) is Unreadable
    assert "HTTP 429" in str(found) or "HTTP 503" in str(found)


OWNED: dict[str, dict[str, Any]] = {
    "usdClassTransfer": {"amount": "12.5", "toPerp": True},
    "withdraw3": {"destination": AGENT.address.lower(), "amount": "100"},
    "userSetAbstraction": {"user": OWNER.address.lower(), "abstraction": "unifiedAccount"},
    "usdSend": {"destination": STRANGER.address.lower(), "amount": "5"},
    "sendAsset": {
        "destination": STRANGER.address.lower(),
        "sourceDex": "spot",
        "destinationDex": "spot",
        "token": "USDC",
        "amount": "3",
        "fromSubAccount": "",
    },
}


@pytest.mark.parametrize("kind", OWNED)
def test_owners_action__signed_with_a_test_key__is_done(desk: Desk, kind: str) -> None:
    assert desk.post(signed_by_owner(owned(desk, kind), OWNER))["status"] == "ok"
    [logged] = desk.exchange.log("/exchange")
    assert (logged.kind, logged.signer) == (kind, OWNER.address.lower())


@pytest.mark.parametrize("kind", OWNED)
def test_owners_action__signed_by_the_agent__is_refused(desk: Desk, kind: str) -> None:
    assert desk.post(signed_by_owner(owned(desk, kind), AGENT))["status"] == "err"
    assert not desk.exchange.transfers()


def owned(desk: Desk, kind: str) -> Action:
    clock = "time" if kind in ("withdraw3", "usdSend") else "nonce"
    return owner_action(kind, desk.network, **OWNED[kind], **{clock: desk.exchange.now_ms})


def test_approve_agent__signed_by_the_owner__lets_the_key_trade_until_it_ends(desk: Desk) -> None:
    now_ms = desk.exchange.now_ms
    action = approve_agent(desk.network, STRANGER.address, "next", now_ms + 60_000, now_ms)
    assert desk.post(signed_by_owner(action, OWNER))["status"] == "ok"
    listed = {each["name"]: each for each in desk.found("extraAgents", user=OWNER.address.lower())}
    assert (listed["next"]["address"], listed["next"]["validUntil"]) == (STRANGER.address.lower(), now_ms + 60_000)
    assert desk.send(desk.sealed(desk.order(), key=STRANGER)).startswith("filled")
    desk.exchange.advance(61)
    assert desk.send(desk.sealed(desk.order(cloid="0x" + "0d" * 16), key=STRANGER)).startswith("refused")
    assert desk.position() == Decimal("-0.5")
