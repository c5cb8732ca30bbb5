"""What a router is asked to do: several calls in one transaction, written and read back."""

from typing import Any

from agent.model import Address, value
from agent.venues.gmx_v2.abi import Function, Named, fill
from agent.venues.gmx_v2.methods import ExchangeRouter, Router, SubaccountRouter
from agent.venues.gmx_v2.structs import CreateOrderParams


@value
class Call:
    """One call of a router, as decoded; what a multicall carries is in `calls`."""

    method: str
    args: Named
    calls: tuple["Call", ...] = ()

    def order(self) -> CreateOrderParams:
        """Of createOrder."""
        return fill(CreateOrderParams, self.args["params"])

    def flat(self) -> tuple["Call", ...]:
        """Without the multicall around it."""
        return self.calls or (self,)


def functions(contract: type[Any]) -> dict[bytes, Function]:
    """The methods of a class of methods.py by their selectors."""
    found = [getattr(contract, name) for name in dir(contract)]
    return {each.selector: each for each in found if isinstance(each, Function)}


def read_call(router: type[Router], data: bytes) -> Call:
    """ValueError unless the bytes are a known call in its one spelling, and all that a multicall carries too."""
    function = functions(router).get(data[:4])
    if function is None:
        raise ValueError(f"0x{data[:4].hex()} is no known method of {router.__name__}")
    args = function.args(data)
    inner = args["data"] if function is Router.MULTICALL else ()
    return Call(method=function.name, args=args, calls=tuple(read_call(router, each) for each in inner))


def create_order(params: CreateOrderParams, account: Address | None = None) -> bytes:
    """`account` when the operator is its subaccount: the bytes are then for the subaccount router."""
    if account is None:
        return ExchangeRouter.CREATE_ORDER.data(params)
    return SubaccountRouter.CREATE_ORDER.data(account, params)


def multicall(*calls: bytes) -> bytes:
    """One transaction, so that nobody takes what another call has just sent to the vault."""
    return Router.MULTICALL.data(calls)
