"""What one slot (lane, nonce) may carry: a first attempt, the same call at a higher fee, or a burn."""

from collections.abc import Iterator
from dataclasses import replace

from agent.firewall.rules import Breach, Rule, breach
from agent.model import Address, EvmTx, Intent, Payload, Rules, State

TRANSFER_GAS = 21_000
"""Gas of a transaction that calls nothing (Ethereum yellow paper, G_transaction)."""


def first_attempt(payload: Payload, rules: Rules) -> Iterator[Breach]:
    """The rehearsed bytes (None: an exit without a rehearsal), at a fee below the ceiling."""
    if rules.rehearsed is not None and payload not in rules.rehearsed:
        yield breach(Rule.NOT_REHEARSED, f"nonce {payload.nonce}", "the bytes that were rehearsed")
    if isinstance(payload, EvmTx):
        yield from _fee(payload, rules.ceilings.get(payload.lane, 0))


def another_attempt(intent: Intent, payload: Payload, me: Address) -> Iterator[Breach]:
    """The call of the first attempt at a higher fee, or a burn to `me`; after a burn never the call again."""
    first, last = intent.attempts[0].payload, intent.attempts[-1].payload
    if not (isinstance(first, EvmTx) and isinstance(last, EvmTx) and isinstance(payload, EvmTx)):
        yield breach(Rule.ONE_ATTEMPT)
        return
    if intent.state not in (State.SIGNED, State.LANDED):
        yield breach(Rule.INTENT_OVER, intent.state)
    if (payload.lane, payload.nonce) != (first.lane, first.nonce):
        yield breach(Rule.OTHER_SLOT, f"{payload.lane} {payload.nonce}", f"{first.lane} {first.nonce}")
    if payload.max_fee <= last.max_fee:
        yield breach(Rule.FEE_NOT_RAISED, payload.max_fee, f"above {last.max_fee}")
    yield from _burn(payload, first, intent) if is_burn(payload, me) else _bump(payload, first, last, intent, me)


def is_burn(tx: EvmTx, me: Address) -> bool:
    """Uses the slot up: to self, no data, no value."""
    return tx.to == me and tx.data == b"" and tx.value == 0


def _bump(payload: EvmTx, first: EvmTx, last: EvmTx, intent: Intent, me: Address) -> Iterator[Breach]:
    if is_burn(last, me):
        yield breach(Rule.ALREADY_BURNED)
    if replace(payload, lane=first.lane, nonce=first.nonce, max_fee=first.max_fee, tip=first.tip) != first:
        yield breach(Rule.OTHER_CALL, "to, data, value, gas or time to live differ", "those of the first attempt")
    yield from _fee(payload, intent.ceiling)


def _burn(payload: EvmTx, first: EvmTx, intent: Intent) -> Iterator[Breach]:
    # A burn must outbid the highest bump, so money bounds it: never more than the call itself could have cost.
    cost, bound = payload.gas * payload.max_fee, first.gas * intent.ceiling
    if cost > bound:
        yield breach(Rule.BURN_TOO_DEAR, f"{cost} wei", f"{bound} wei")
    yield from _fee(payload, payload.max_fee)


def _fee(payload: EvmTx, ceiling: int) -> Iterator[Breach]:
    if payload.max_fee > ceiling:
        yield breach(Rule.FEE_ABOVE_CEILING, payload.max_fee, ceiling)
    if not 0 <= payload.tip <= payload.max_fee:
        yield breach(Rule.TIP_ABOVE_FEE, payload.tip, payload.max_fee)
    if payload.gas < TRANSFER_GAS:
        yield breach(Rule.GAS_LIMIT, payload.gas, f"at least {TRANSFER_GAS}")
