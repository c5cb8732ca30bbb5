"""How a GMX v2 payload goes wrong: its bytes and its arguments."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from agent.firewall import Rule
from agent.model import EvmTx
from tests.fuzz.mutants import Mutant, larger, present, smaller
from tests.unit.firewall.gmx_v2_scene import SIDES, Case
from tests.unit.firewall.gmx_v2_wire import ANY_PRICE, data_of, steps_of
from tests.unit.firewall.scene import OPERATOR, STRANGER, made_address

RULES: Mapping[str, set[Rule]] = {
    "fee_receiver": {Rule.RECEIVER},
    "fee_amount": {Rule.VALUE, Rule.EXECUTION_FEE},
    "sent_token": {Rule.TOKEN},
    "sent_receiver": {Rule.RECEIVER},
    "sent_amount": {Rule.AMOUNT},
    "account": {Rule.RECEIVER},
    "receiver": {Rule.RECEIVER},
    "cancellation_receiver": {Rule.RECEIVER},
    "callback_contract": {Rule.CALLBACK},
    "ui_fee_receiver": {Rule.UI_FEE},
    "market": {Rule.MARKET},
    "initial_token": {Rule.TOKEN, Rule.MARKET},
    "size_usd": {Rule.SIZE},
    "collateral_delta": {Rule.AMOUNT, Rule.LEVERAGE, Rule.SEQUENCE},
    "trigger": {Rule.TRIGGER},
    "acceptable": {Rule.PRICE_BOUND},
    "execution_fee": {Rule.EXECUTION_FEE},
    "callback_gas": {Rule.CALLBACK},
    "least_output": {Rule.ORDER_FORM},
    "valid_from": {Rule.ORDER_FORM},
    "type": {Rule.ORDER_TYPE},
    "swap_type": {Rule.SWAP},
    "is_long": {Rule.DIRECTION, Rule.MARKET},
    "unwraps": {Rule.ORDER_FORM},
    "auto_cancel": {Rule.TRIGGER},
    "referral": {Rule.REFERRAL},
    "key": {Rule.ORDER_KEY},
    "spender": {Rule.SPENDER},
    "amount": {Rule.AMOUNT},
}
"""What refuses a change of one argument. Arguments that are lists are not here: they are no single word."""

KIND_RULES = {
    Rule.AMOUNT,
    Rule.DIRECTION,
    Rule.MARKET,
    Rule.ORDER_TYPE,
    Rule.PRICE_BOUND,
    Rule.SEQUENCE,
    Rule.SIZE,
    Rule.TOKEN,
    Rule.TRIGGER,
}
"""A size of 0 and a type decide what an order is at all: one of another kind is not in the plan."""


def rules_of(case: Case, name: str) -> frozenset[Rule]:
    return frozenset(RULES[name] | (KIND_RULES if name in ("size_usd", "type") else set()))


def has(*names: str) -> Callable[[Case], bool]:
    return lambda case: all(name in case.fields for name in names)


def states(name: str) -> Callable[[Case], bool]:
    """Where the argument is there and not 0."""
    return lambda case: bool(case.fields.get(name))


def put(case: Case, **fields: Any) -> EvmTx:
    return replace(case.tx, data=data_of({**case.fields, **fields}))


# Bytes ------------------------------------------------------------------------------------------------
def word_at(case: Case, name: str) -> slice:
    """Where an argument stands: what changes when every bit of it does."""
    inverted = data_of({**case.fields, name: _inverted(case.fields[name])})
    last = max(at for at, (a, b) in enumerate(zip(case.tx.data, inverted, strict=True)) if a != b)
    return slice(last - 31, last + 1)


def _inverted(argument: Any) -> Any:
    match argument:
        case bool():
            return not argument
        case bytes():
            return bytes(255 - byte for byte in argument)
        case str():
            return f"0x{2**160 - 1 - int(argument, 16):040x}"
        case _:
            return 255 - argument if argument < 10 else 2**256 - 1 - argument


def flipped(data: bytes, where: slice, rng: Random) -> bytes:
    made = bytearray(data)
    for at in rng.sample(range(where.start, where.stop), min(where.stop - where.start, rng.randint(1, 3))):
        made[at] ^= rng.randint(1, 255)
    return bytes(made)


def flip_bytes(case: Case, rng: Random) -> Mutant:
    name = rng.choice([name for name in case.fields if name in RULES])
    data = flipped(case.tx.data, word_at(case, name), rng)
    return present(case, replace(case.tx, data=data), rules_of(case, name) | {Rule.NOT_CANONICAL})


def flip_structure(case: Case, rng: Random) -> bytes:
    """Offsets, lengths and padding between the arguments."""
    words = [word_at(case, name) for name in case.fields if name in RULES]
    taken = {at for word in words for at in range(word.start, word.stop)} | selectors(case)
    at = rng.choice([at for at in range(4, len(case.tx.data)) if at not in taken])
    return flipped(case.tx.data, slice(at, at + 1), rng)


def selectors(case: Case) -> set[int]:
    """Where the selectors of its steps stand."""
    steps = steps_of(case.fields) if "fee_amount" in case.fields else ()
    starts = (case.tx.data.index(step) for step in steps)
    return {at for start in starts for at in range(start, start + 4)}


def flip_step_selector(case: Case, rng: Random) -> bytes:
    at = rng.choice(sorted(selectors(case)))
    return flipped(case.tx.data, slice(at, at + 1), rng)


def exchange_fields(case: Case, rng: Random) -> Mutant:
    """Two arguments of one type change places."""
    fields = {name: each for name, each in case.fields.items() if name in RULES and name not in ("type", "swap_type")}
    names = [(a, b) for a in fields for b in fields if a < b and type(fields[a]) is type(fields[b])]
    a, b = rng.choice([(a, b) for a, b in names if fields[a] != fields[b]])
    return present(case, put(case, **{a: fields[b], b: fields[a]}), rules_of(case, a) | rules_of(case, b))


def dirty_padding(case: Case, rng: Random) -> bytes:
    """Bits above an address, a type or a bool: a lenient decoder would drop them."""
    narrow = [name for name, each in case.fields.items() if name in RULES and isinstance(each, str | bool)]
    word = word_at(case, rng.choice(narrow))
    return flipped(case.tx.data, slice(word.start, word.start + 12), rng)


# One argument -----------------------------------------------------------------------------------------
def stranger(case: Case, rng: Random) -> str:
    """Any address but a right one: unknown, or one of ours in the wrong place."""
    ours: list[str] = [*case.pins.routers, made_address("owner"), *([OPERATOR] if case.pins.delegated else [])]
    return rng.choice([STRANGER, *ours, made_address(str(rng.random()))])


def other_market(case: Case, rng: Random) -> str:
    return rng.choice((case.pins.collateral, stranger(case, rng)))


def other_token(case: Case, rng: Random) -> str:
    """The market's other coin, the market itself, or any."""
    tokens = {str(token) for token, _ in SIDES.values()} - {case.fields["initial_token"]}
    return rng.choice([*sorted(tokens), str(case.pins.market_token), stranger(case, rng)])


def larger_of(name: str) -> Callable[[Case, Random], int]:
    return lambda case, rng: min(larger(case.fields[name], rng), 2**256 - 1)


def smaller_of(name: str) -> Callable[[Case, Random], int]:
    return lambda case, rng: smaller(case.fields[name], rng)


def negated(name: str) -> Callable[[Case, Random], bool]:
    return lambda case, rng: not case.fields[name]


def any_number(case: Case, rng: Random) -> int:
    return rng.getrandbits(rng.randint(1, 256)) or 1


def any_bytes(case: Case, rng: Random) -> bytes:
    return any_number(case, rng).to_bytes(32)


def any_swap(case: Case, rng: Random) -> int:
    return rng.randint(1, 255)


def any_path(case: Case, rng: Random) -> tuple[str, ...]:
    return tuple(rng.choice((case.pins.market_token, STRANGER)) for _ in range(rng.randint(1, 3)))


def any_data(case: Case, rng: Random) -> tuple[bytes, ...]:
    return tuple(rng.choice((bytes(32), rng.randbytes(32))) for _ in range(rng.randint(1, 3)))


def other_type(case: Case, rng: Random) -> int:
    """Swaps, limits, liquidations, and what no release knows."""
    return rng.choice((0, 1, 3, 5, 7, 8, rng.randint(9, 255)))


def our_other_type(case: Case, rng: Random) -> int:
    return rng.choice([kind for kind in (2, 4, 6) if kind != case.fields["type"]])


def worse_price(case: Case, rng: Random) -> int:
    """Less for a sale, more for a purchase, or any at all; a stop that could fail to close, a move that trades."""
    stated, trade = case.fields["acceptable"], case.trade
    if trade is None:
        return rng.choice([each for each in (0, 1, ANY_PRICE - 1, ANY_PRICE, 3_000 * 10**12) if each != stated])
    sells = trade.size.sign() < 0
    return rng.choice((0, smaller(stated, rng)) if sells else (0, larger(stated, rng), ANY_PRICE))


# Funding ----------------------------------------------------------------------------------------------
def other_markets(case: Case, rng: Random) -> tuple[str, ...]:
    ours = case.pins.market_token
    return rng.choice(((), (ours,), (ours,) * 3, (ours, STRANGER), (STRANGER,) * 2))


def other_tokens(case: Case, rng: Random) -> tuple[str, ...]:
    one, other = case.fields["tokens"]
    return rng.choice(((one,), (one, one), (other, STRANGER), (one, other, one), (STRANGER, STRANGER)))
