"""How the steps of a GMX v2 transaction go wrong, and what stands around them."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from eth_utils.crypto import keccak

from agent.model import EvmTx
from tests.fuzz.mutants import larger, smaller
from tests.fuzz.mutators_gmx_v2 import put
from tests.unit.firewall.gmx_v2_scene import OWN, Case
from tests.unit.firewall.gmx_v2_wire import call_data, created, data_of, multicall, steps_of
from tests.unit.firewall.scene import CEILING, OPERATOR, STRANGER, made_address

FORBIDDEN: Mapping[str, tuple[Any, ...]] = {
    "addSubaccount(address)": (STRANGER,),
    "removeSubaccount(address)": (OPERATOR,),
    "setMaxAllowedSubaccountActionCount(address,bytes32,uint256)": (OPERATOR, bytes(32), 2**255),
    "setSubaccountExpiresAt(address,bytes32,uint256)": (OPERATOR, bytes(32), 2**40),
    "setSubaccountAutoTopUpAmount(address,uint256)": (OPERATOR, 10**18),
    "setIntegrationId(address,bytes32)": (OPERATOR, b"\1" * 32),
    "sendNativeToken(address,uint256)": (STRANGER, 1),
    "transfer(address,uint256)": (STRANGER, 1),
    "transferFrom(address,address,uint256)": (OPERATOR, STRANGER, 1),
    "increaseAllowance(address,uint256)": (STRANGER, 1),
    "claimCollateral(address[],address[],uint256[],address)": ((), (), (), STRANGER),
    "claimAffiliateRewards(address[],address[],address)": ((), (), STRANGER),
    "claimUiFees(address[],address[],address)": ((), (), STRANGER),
    "setUiFeeFactor(uint256)": (10**27,),
    "setSavedCallbackContract(address,address)": (STRANGER, STRANGER),
    "makeExternalCalls(address[],bytes[],address[],address[])": ((STRANGER,), (b"",), (), ()),
    "pluginTransfer(address,address,address,uint256)": (STRANGER, OPERATOR, STRANGER, 1),
}
"""What the contracts around an order can do as well: none of it is ours to call."""


def other_selector(case: Case, rng: Random) -> bytes:
    known = bytes(keccak(text=rng.choice((*FORBIDDEN, *OTHERS)))[:4])
    return rng.choice((known, rng.randbytes(4))) + case.tx.data[4:]


OTHERS = (
    "createDeposit(bytes)",
    "createWithdrawal(bytes)",
    "createShift(bytes)",
    "createTwapOrder(bytes)",
    "approve(address,uint8)",
    "multicall(bytes)",
)


def forbidden_call(rng: Random) -> bytes:
    signature = rng.choice((*FORBIDDEN,))
    method, types = signature.removesuffix(")").split("(")
    return call_data(method, tuple(types.split(",")), *FORBIDDEN[signature])


def with_steps(case: Case, *steps: bytes) -> EvmTx:
    return replace(case.tx, data=multicall(*steps))


# The steps --------------------------------------------------------------------------------------------
def extra_step(case: Case, rng: Random) -> EvmTx:
    """One of them twice, a second order among them, or what the account has lying there sent along."""
    steps = [*steps_of(case.fields)]
    steps.insert(rng.randint(0, len(steps)), rng.choice(steps))
    return with_steps(case, *steps)


def dropped_step(case: Case, rng: Random) -> EvmTx:
    steps = [*steps_of(case.fields)]
    for _ in range(rng.randint(1, len(steps))):
        steps.pop(rng.randrange(len(steps)))
    return with_steps(case, *steps)


def swapped_steps(case: Case, rng: Random) -> EvmTx:
    steps = steps_of(case.fields)
    others = [tuple(reversed(steps)), (*steps[1:], steps[0]), (steps[-1], *steps[:-1])]
    return with_steps(case, *rng.choice([each for each in others if each != steps]))


def nested(case: Case, rng: Random) -> EvmTx:
    """All steps, or one, in a multicall of their own."""
    steps = [*steps_of(case.fields)]
    if rng.random() < 0.5:
        return with_steps(case, multicall(*steps))
    at = rng.randrange(len(steps))
    return with_steps(case, *steps[:at], multicall(steps[at]), *steps[at + 1 :])


def managed(case: Case, rng: Random) -> EvmTx:
    """A call that changes who may do what, alone or among the steps."""
    call = forbidden_call(rng)
    if "fee_amount" not in case.fields or rng.random() < 0.3:
        return replace(case.tx, data=call, value=0)
    steps = [*steps_of(case.fields)]
    steps.insert(rng.randint(0, len(steps)), call)
    return with_steps(case, *steps)


def tokens_along(case: Case, rng: Random) -> EvmTx:
    """Tokens sent to the vault with an order that takes none: whoever comes next has them."""
    amount = case.fields["collateral_delta"]
    sent = call_data("sendTokens", ("address", "address", "uint256"), OWN.collateral, OWN.order_vault, amount)
    fee, *_, order = steps_of(case.fields)
    return with_steps(case, fee, sent, order)


def bare_order(case: Case, rng: Random) -> EvmTx:
    """Not in a multicall, by either router's createOrder."""
    return replace(case.tx, data=created(case.fields), value=rng.choice((0, case.tx.value)))


def other_hand(case: Case, rng: Random) -> EvmTx:
    """As the account would write it where an operator signs, as an operator would where the account does."""
    named = {} if case.pins.delegated else {"account": case.pins.account}
    fields = {**{name: each for name, each in case.fields.items() if name != "account"}, **named}
    return replace(case.tx, data=data_of(fields))


# The transaction --------------------------------------------------------------------------------------
def other_contract(case: Case, rng: Random) -> EvmTx:
    pins = case.pins
    pinned = {pins.collateral, pins.spender, pins.order_vault, pins.market_token, pins.account, *pins.routers}
    wrong = pinned - {case.tx.to} - ({*pins.routers} if case.tx.to in pins.routers else set())
    return replace(case.tx, to=rng.choice((*sorted(wrong), STRANGER, made_address(str(rng.random())))))


def other_value(case: Case, rng: Random) -> EvmTx:
    return replace(case.tx, value=rng.choice((0, smaller(case.tx.value, rng), larger(case.tx.value, rng))))


def fee_above_ceiling(case: Case, rng: Random) -> EvmTx:
    """What is sent, what is passed on and what the order says agree."""
    fee = case.pins.max_execution_gas * CEILING + rng.choice((1, rng.randint(1, 10**18)))
    return replace(put(case, execution_fee=fee, fee_amount=fee), value=fee)
