"""What the two venues on the toy chain share: the slot decides what became of an intent."""

from dataclasses import replace

from agent.model import (
    Address,
    Cancel,
    Cannot,
    Claim,
    Code,
    Draft,
    EvmTx,
    Fund,
    Happening,
    Intent,
    Lane,
    Leg,
    Movement,
    Name,
    Outcome,
    OwnerCall,
    Protect,
    Reason,
    Settlement,
    Stamp,
    State,
    Terms,
    Trade,
    View,
)
from agent.reading import Reading, drive
from agent.seams import Stage
from agent.units import Base, Price, Usd
from tests.kit.toys import words
from tests.kit.toys.world import (
    CHAIN,
    CONFIRMATIONS,
    EVM,
    OPERATOR,
    PRICE,
    PRICE_DECIMALS,
    ROUTER,
    SIZE_DECIMALS,
    TOKEN,
    USD_DECIMALS,
    Json,
)

FEE = Usd("0.5")


class OnChain:
    """Base of both; they differ in what they observe and in the calls they compose."""

    name: Name
    lane: Lane = EVM

    def observe(self) -> Reading[View]:
        raise NotImplementedError

    def happened(self, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
        return words.happened(CHAIN, view, since_ms)

    def probe(self, intent: Intent) -> Reading[Outcome]:
        """What ends an intent must be deep, else a reorg could undo it; a fill is worth going on from before."""
        refs = [attempt.ref for attempt in intent.attempts]
        at, deep = words.head(CHAIN), words.number(CHAIN, "deep")
        mined = {ref: words.row(CHAIN, f"mined/{ref}") for ref in refs}
        fate = {ref: words.row(CHAIN, f"fate/{ref}") for ref in refs}
        working = {ref: words.row(CHAIN, f"working/{ref}") for ref in refs}
        seen = yield (at, deep, *mined.values(), *fate.values(), *working.values())
        final = seen[deep] > intent.attempts[0].payload.nonce
        for ref in refs:
            found = seen[mined[ref]]
            if found is not None:
                return self._mined(seen[at], ref, found, seen[fate[ref]], bool(seen[working[ref]]), final)
        if final:
            return Outcome(state=State.VOID, stamp=seen[at], reason=self._because(Code.REPLACED))
        return Outcome(state=State.SIGNED, stamp=seen[at])

    def _mined(self, stamp: Stamp, ref: str, found: Json, fate: Json | None, working: bool, final: bool) -> Outcome:
        if not (found["call"] and found["ok"]):
            failed = (State.REFUSED, Code.REVERTED) if found["call"] else (State.VOID, Code.BURNED)
            if not final:
                return Outcome(state=State.SIGNED, stamp=stamp)
            return Outcome(state=failed[0], stamp=stamp, reason=self._because(failed[1]))
        if fate is not None:
            return self._ended(stamp, ref, fate)
        landed = State.DONE if final and not working else State.LANDED
        return Outcome(
            state=landed, stamp=stamp, order_id=ref if working else None, settlement=settlement(found["filled"])
        )

    def _ended(self, stamp: Stamp, ref: str, fate: Json) -> Outcome:
        """A keeper has filled or cancelled the order."""
        final = (stamp.block or 0) - fate["block"] >= CONFIRMATIONS
        if not fate["cancelled"]:
            state = State.DONE if final else State.LANDED
            return Outcome(state=state, stamp=stamp, order_id=ref, settlement=settlement(fate["filled"]))
        if not final:
            return Outcome(state=State.LANDED, stamp=stamp, order_id=ref)
        return Outcome(state=State.REFUSED, stamp=stamp, order_id=ref, reason=self._because(Code.CANCELLED))

    def _because(self, code: Code) -> Reason:
        return Reason(code=code, subject=self.name)

    async def rehearse(self, draft: Draft, view: View, stage: Stage) -> View:
        for payload in draft.payloads:
            assert isinstance(payload, EvmTx)
            await stage.play(payload)
        await stage.outsider(Address("keeper"), ROUTER, b"", after_s=10)
        [after] = await drive([self.observe()], stage.fetch)
        return after

    def refuses(self, leg: Leg) -> Cannot | None:
        """What only the owner may do, and what the venue has not."""
        for action in leg.actions:
            if isinstance(action, Protect | Claim):
                return Cannot(leg=leg, reason=self._because(Code.UNSUPPORTED))
            if isinstance(action, Fund) and action.amount < Usd(0):
                call = OwnerCall(chain_id=1, sender=Address("owner"), to=ROUTER, data=words.body(do="withdraw"))
                return Cannot(leg=leg, reason=self._because(Code.OWNER), calls=(call,))
        return None


def settlement(filled: int) -> Settlement:
    if not filled:
        return Settlement(market=words.ETH)
    return Settlement(market=words.ETH, filled=Base.from_int(filled, SIZE_DECIMALS), price=Price(PRICE), fee=FEE)


def call(terms: Terms, **what: object) -> EvmTx:
    """At the terms' nonce; `after` moves them on."""
    return EvmTx(
        lane=terms.lane,
        nonce=terms.nonce,
        expires_ms=terms.expires_ms,
        to=ROUTER,
        data=words.body(**what),
        value=0,
        gas=1_000_000,
        max_fee=terms.max_fee,
        tip=terms.tip,
    )


def after(terms: Terms, n: int) -> Terms:
    return replace(terms, nonce=terms.nonce + n)


def trade_call(trade: Trade, venue: Name) -> Json:
    size, worst = trade.size.to_int(SIZE_DECIMALS), trade.worst.to_int(PRICE_DECIMALS)
    return {"do": "trade", "venue": venue, "size": size, "worst": worst}


def cancel_call(cancel: Cancel, venue: Name) -> Json:
    return {"do": "cancel", "venue": venue, "id": cancel.order_id}


def moved(kind: str, amount: Usd) -> Movement:
    return Movement(kind=kind, token=TOKEN, source=OPERATOR, target=ROUTER, amount=amount.to_int(USD_DECIMALS))
