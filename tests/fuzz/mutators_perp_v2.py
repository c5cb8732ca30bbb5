"""How a Perp v2 payload goes wrong: its bytes, its arguments, the transaction around them."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from eth_utils.crypto import keccak

from agent.firewall import Rule
from agent.model import EvmTx
from tests.fuzz.mutants import Mutant, larger, present, smaller
from tests.unit.firewall.scene import EXPIRES_MS, OPERATOR, STRANGER, Case, made_address

ORDER = ("base_token", "sells", "exact_input", "amount", "bound", "deadline", "limit", "referral")
LAYOUT: dict[str, tuple[str, ...]] = {
    "approve": ("spender", "amount"),
    "deposit": ("token", "amount"),
    "depositFor": ("receiver", "token", "amount"),
    "openPosition": ORDER,
    "openPositionFor": ("receiver", *ORDER),
    "closePosition": ("base_token", "limit", "bound", "deadline", "referral"),
}
"""Every argument of these calls is one word of 32 bytes, whether it stands in a tuple or not."""

ORDER_RULES = {
    "receiver": Rule.RECEIVER,
    "base_token": Rule.MARKET,
    "sells": Rule.DIRECTION,
    "exact_input": Rule.EXACT_BASE,
    "amount": Rule.SIZE,
    "bound": Rule.PRICE_BOUND,
    "deadline": Rule.DEADLINE,
    "limit": Rule.PRICE_LIMIT,
    "referral": Rule.REFERRAL,
}
MONEY_RULES = {
    "receiver": Rule.RECEIVER,
    "spender": Rule.SPENDER,
    "token": Rule.TOKEN,
    "amount": Rule.AMOUNT,
}
FORBIDDEN = (
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
    "increaseAllowance(address,uint256)",
    "withdraw(address,uint256)",
    "withdrawAll(address)",
    "withdrawEther(uint256)",
    "addLiquidity((address,uint256,uint256,int24,int24,uint256,uint256,bool,uint256))",
    "removeLiquidity((address,int24,int24,uint128,uint256,uint256,uint256))",
    "liquidate(address,address)",
    "approve(address,uint8)",
    "multicall(bytes[])",
)


def rules_of(case: Case, name: str) -> frozenset[Rule]:
    if case.method in ("approve", "deposit", "depositFor"):
        return frozenset({MONEY_RULES[name]})
    both = {Rule.DIRECTION, Rule.EXACT_BASE} if name == "sells" else set()
    return frozenset({ORDER_RULES[name], *both})


def has(*names: str) -> Callable[[Case], bool]:
    return lambda case: all(name in LAYOUT[case.method] for name in names)


def word_at(case: Case, name: str) -> slice:
    start = 4 + 32 * LAYOUT[case.method].index(name)
    return slice(start, start + 32)


def get(case: Case, name: str) -> int:
    return int.from_bytes(case.tx.data[word_at(case, name)])


def put(case: Case, **words: int) -> EvmTx:
    data = bytearray(case.tx.data)
    for name, number in words.items():
        data[word_at(case, name)] = number.to_bytes(32)
    return replace(case.tx, data=bytes(data))


# Bytes ------------------------------------------------------------------------------------------------
def flip_bytes(case: Case, rng: Random) -> Mutant:
    names = ("selector", *LAYOUT[case.method])
    name = rng.choice(names)
    where = slice(0, 4) if name == "selector" else word_at(case, name)
    data = bytearray(case.tx.data)
    for at in rng.sample(range(where.start, where.stop), rng.randint(1, 3)):
        data[at] ^= rng.randint(1, 255)
    rules = {Rule.METHOD} if name == "selector" else {*rules_of(case, name), Rule.NOT_CANONICAL}
    return present(case, replace(case.tx, data=bytes(data)), frozenset(rules))


def exchange_fields(case: Case, rng: Random) -> Mutant:
    """Two arguments change places."""
    names = LAYOUT[case.method]
    different = [(a, b) for a in names for b in names if a < b and get(case, a) != get(case, b)]
    one, other = rng.choice(different)
    swapped = put(case, **{one: get(case, other), other: get(case, one)})
    return present(case, swapped, rules_of(case, one) | rules_of(case, other) | {Rule.NOT_CANONICAL})


def other_selector(case: Case, rng: Random) -> bytes:
    known = bytes(keccak(text=rng.choice(FORBIDDEN))[:4])
    return rng.choice((known, rng.randbytes(4))) + case.tx.data[4:]


def dirty_padding(case: Case, rng: Random) -> bytes:
    """Bits above an address, a uint160 or a bool: a lenient decoder would drop them."""
    widths = {"base_token": 20, "receiver": 20, "spender": 20, "token": 20, "limit": 20, "sells": 1, "exact_input": 1}
    name = rng.choice([name for name in LAYOUT[case.method] if name in widths])
    data = bytearray(case.tx.data)
    data[word_at(case, name).start + rng.randrange(32 - widths[name])] |= rng.randint(1, 255)
    return bytes(data)


# One argument -----------------------------------------------------------------------------------------
def stranger(case: Case, rng: Random) -> int:
    """Any address but the right one: unknown, or one of ours in the wrong place."""
    pins = case.pins
    known = {STRANGER, OPERATOR, pins.clearing_house, made_address("owner"), *pins.base_tokens.values()}
    return rng.choice((*(int(address, 16) for address in sorted(known)), rng.getrandbits(160)))


def larger_amount(case: Case, rng: Random) -> int:
    return larger(get(case, "amount"), rng)


def smaller_amount(case: Case, rng: Random) -> int:
    return smaller(get(case, "amount"), rng)


def other_exactness(case: Case, rng: Random) -> int:
    return 1 - get(case, "exact_input")


def any_limit(case: Case, rng: Random) -> int:
    return rng.getrandbits(rng.randint(1, 160)) or 1


def any_referral(case: Case, rng: Random) -> int:
    return rng.getrandbits(rng.randint(1, 256)) or 1


def worse_bound(case: Case, rng: Random) -> int:
    """Less for a sale, more for a purchase; 0 is no bound at all."""
    bound, trade = get(case, "bound"), case.trade
    sells = trade is not None and trade.size.sign() < 0
    return rng.choice((0, smaller(bound, rng) if sells else larger(bound, rng)))


def other_market(case: Case, rng: Random) -> int:
    unplanned = [
        int(token, 16) for token in case.pins.base_tokens.values() if int(token, 16) != get(case, "base_token")
    ]
    return rng.choice((*unplanned, rng.getrandbits(160), int(case.pins.collateral, 16)))


def moved_deadline(case: Case, rng: Random) -> int:
    return get(case, "deadline") + rng.choice((-1, 1)) * rng.choice((1, 60, rng.randint(1, 10**9)))


# The transaction --------------------------------------------------------------------------------------
def other_contract(case: Case, rng: Random) -> EvmTx:
    pins = case.pins
    pinned = {pins.collateral, pins.vault, pins.clearing_house} - {case.tx.to}
    return replace(case.tx, to=rng.choice((*sorted(pinned), STRANGER, OPERATOR, made_address(str(rng.random())))))


def later_expiry(case: Case, rng: Random) -> EvmTx:
    """The call's own deadline moves with it."""
    later = EXPIRES_MS + rng.choice((1, rng.randint(1, 10**10)))
    moved = put(case, deadline=later // 1000) if "deadline" in LAYOUT[case.method] else case.tx
    return replace(moved, expires_ms=later)
