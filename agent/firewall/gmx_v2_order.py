"""What may be asked of a GMX v2 router, and the arguments of an order as they are stated.

Types and fields: IBaseOrderUtils.CreateOrderParams, ExchangeRouter and SubaccountRouter of gmx-synthetics (v2.2).
"""

from enum import StrEnum
from typing import Any

from agent.firewall.abi import Methods
from agent.model import value
from agent.units import Usd

PARAMS = (
    "((address,address,address,address,address,address,address[]),"
    "(uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256),"
    "uint8,uint8,bool,bool,bool,bytes32,bytes32[])"
)
UPDATE = ("bytes32", "uint256", "uint256", "uint256", "uint256", "uint256", "bool")

OPERATOR = Methods(multicall=("bytes[]",), cancelOrder=("bytes32",), updateOrder=UPDATE)
"""Of a subaccount router: what the operator may do for the account."""
OPERATOR_STEPS = Methods(sendWnt=("address", "uint256"), createOrder=("address", PARAMS))

OWNER = Methods(
    multicall=("bytes[]",),
    cancelOrder=("bytes32",),
    updateOrder=UPDATE,
    claimFundingFees=("address[]", "address[]", "address"),
)
"""Of an exchange router, whose caller is the account."""
OWNER_STEPS = Methods(
    sendWnt=("address", "uint256"), sendTokens=("address", "address", "uint256"), createOrder=(PARAMS,)
)

NOBODY = "0x" + "00" * 20
USD = 30
"""Decimals of a dollar in the exchange's own integers."""


class Kind(StrEnum):
    """The types that may be created."""

    INCREASE = "market increase"
    DECREASE = "market decrease"
    STOP = "stop-loss decrease"


_KINDS = {2: Kind.INCREASE, 4: Kind.DECREASE, 6: Kind.STOP}
"""Order.OrderType of the contracts."""


@value
class Order:
    """Addresses are lower case; `account` is None where the caller is the account."""

    account: str | None
    receiver: str
    cancellation_receiver: str
    callback_contract: str
    ui_fee_receiver: str
    market: str
    initial_token: str
    swap_path: tuple[str, ...]
    size_usd: int
    collateral_delta: int
    trigger: int
    acceptable: int
    execution_fee: int
    callback_gas: int
    least_output: int
    valid_from: int
    type: int
    swap_type: int
    is_long: bool
    unwraps: bool
    auto_cancel: bool
    referral: bytes
    data: tuple[bytes, ...]

    @property
    def kind(self) -> Kind | None:
        return _KINDS.get(self.type)

    @property
    def dollars(self) -> Usd:
        return Usd.from_int(self.size_usd, USD)


def order_of(args: tuple[Any, ...]) -> Order:
    """From the decoded arguments of either router's createOrder."""
    account = args[0] if len(args) == 2 else None
    addresses, numbers, *rest = args[-1]
    *named, path = addresses
    return Order(
        **dict(zip(_ADDRESSES, named, strict=True)),
        **dict(zip(_NUMBERS, numbers, strict=True)),
        **dict(zip(_REST, rest[:-1], strict=True)),
        account=account,
        swap_path=tuple(path),
        data=tuple(rest[-1]),
    )


_ADDRESSES = (
    "receiver",
    "cancellation_receiver",
    "callback_contract",
    "ui_fee_receiver",
    "market",
    "initial_token",
)
_NUMBERS = (
    "size_usd",
    "collateral_delta",
    "trigger",
    "acceptable",
    "execution_fee",
    "callback_gas",
    "least_output",
    "valid_from",
)
_REST = ("type", "swap_type", "is_long", "unwraps", "auto_cancel", "referral")
"""The fields of CreateOrderParams, in their order."""


@value
class Stop:
    """A stop order, whether it is created or changed."""

    size_usd: int
    acceptable: int
    trigger: int
    auto_cancel: bool
