"""Two ways out of the machine: a chain with a fee market, and an endpoint for messages."""

from dataclasses import replace

from agent.firewall import is_burn
from agent.model import Draft, EvmTx, Intent, Lane, Memory, Message, Payload, Receipt, Signed, Terms
from agent.reading import Reading
from tests.kit.toys import words
from tests.kit.toys.world import API, CHAIN, EVM, OPERATOR, REST, Way, World, straight

TTL_MS, CEILING = 15_000, 20


class ChainWire:
    """`way` is how bytes travel to the chain."""

    lane: Lane = EVM

    def __init__(self, world: World, way: Way = straight) -> None:
        self.world, self.way = world, way

    def terms(self, memory: Memory) -> Reading[Terms]:
        at, nonce, base = words.head(CHAIN), words.number(CHAIN, "nonce"), words.number(CHAIN, "base_fee")
        seen = yield (at, nonce, base)
        last = memory.nonces.get(self.lane)
        foreign = f"nonce {seen[nonce]}" if last is not None and seen[nonce] > last + 1 else None
        return Terms(
            lane=self.lane,
            stamp=seen[at],
            nonce=seen[nonce],
            max_fee=2 * seen[base],
            tip=1,
            ceiling=CEILING,
            expires_ms=seen[at].time_ms + TTL_MS,
            gas_balance=10**18,
            foreign=foreign,
        )

    def fit(self, draft: Draft) -> Reading[Draft]:
        estimate = words.number(CHAIN, "gas")
        gas = (yield (estimate,))[estimate] * 10 // 9
        fitted = (replace(tx, gas=gas) if isinstance(tx, EvmTx) else tx for tx in draft.payloads)
        return replace(draft, payloads=tuple(fitted))

    def next(self, intent: Intent) -> Reading[Payload | None]:
        """A call whose time is over is burned; one that the fee has outgrown is raised, up to its ceiling."""
        at, nonce, base = words.head(CHAIN), words.number(CHAIN, "nonce"), words.number(CHAIN, "base_fee")
        seen = yield (at, nonce, base)
        first, last = intent.attempts[0].payload, intent.attempts[-1].payload
        assert isinstance(first, EvmTx)
        assert isinstance(last, EvmTx)
        if seen[nonce] > first.nonce:
            return None  # used, and not yet deep enough to be over
        burning = is_burn(last, OPERATOR)
        if burning or seen[at].time_ms > first.expires_ms:
            return _burn(intent, first, last, seen[base])
        return _bump(intent, last, seen[base])

    async def send(self, signed: Signed) -> Receipt:
        return Receipt(said=self.way(self.world, lambda: self.world.transact(signed.raw)))


def _step(fee: int) -> int:
    """What a pool asks of a replacement: an eighth more."""
    return -(-fee * 9 // 8)


def _burn(intent: Intent, first: EvmTx, last: EvmTx, base: int) -> EvmTx:
    if is_burn(last, OPERATOR) and last.max_fee >= base:
        return last
    fee = max(_step(last.max_fee), 2 * base)
    burn = replace(first, to=OPERATOR, data=b"", value=0, gas=21_000, max_fee=fee)
    return burn if burn.gas * fee <= first.gas * intent.ceiling else last


def _bump(intent: Intent, last: EvmTx, base: int) -> EvmTx:
    if last.max_fee >= base or _step(last.max_fee) > intent.ceiling:
        return last
    return replace(last, max_fee=min(max(_step(last.max_fee), 2 * base), intent.ceiling))


class MessageWire:
    """One attempt per slot: a message is posted again as it is, until it expires."""

    lane: Lane = API

    def __init__(self, world: World, way: Way = straight) -> None:
        self.world, self.way = world, way

    def terms(self, memory: Memory) -> Reading[Terms]:
        at = words.head(REST)
        stamp = (yield (at,))[at]
        nonce = max(stamp.time_ms, memory.nonces.get(self.lane, 0) + 1)
        expires_ms = stamp.time_ms + TTL_MS
        return Terms(lane=self.lane, stamp=stamp, nonce=nonce, max_fee=0, tip=0, ceiling=0, expires_ms=expires_ms)

    def fit(self, draft: Draft) -> Reading[Draft]:
        yield ()
        return draft

    def next(self, intent: Intent) -> Reading[Payload | None]:
        at = words.head(REST)
        stamp = (yield (at,))[at]
        payload = intent.attempts[-1].payload
        assert isinstance(payload, Message)
        return payload if stamp.time_ms <= payload.expires_ms else None

    async def send(self, signed: Signed) -> Receipt:
        return Receipt(said=self.way(self.world, lambda: self.world.post(signed.raw)))
