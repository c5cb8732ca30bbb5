"""What the local exchange in the shape of GMX v2 says of our account. An order's key leads from what a keeper did to
our transaction that asked for it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from eth_utils.crypto import keccak

from tests.kit.devnet import feeds
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.gmx import keeper

_WAD = 18
_TRANSFER = "0x" + keccak(text="Transfer(address,address,uint256)").hex()

refresh_feeds = feeds.refresh


def pass_time(devnet: Devnet, seconds: int) -> None:
    devnet.chain.warp(seconds)
    feeds.refresh(devnet)


def position_changes(devnet: Devnet) -> Counter[str]:
    """A liquidation counts for the keeper's own transaction."""
    asked, executed = _created(devnet), {log["transactionHash"]: _key(log) for log in _ends(devnet, "OrderExecuted")}
    changes = _logs(devnet, ["PositionIncrease", "PositionDecrease"], [_word(devnet, Role.ACCOUNT)])
    return Counter(asked.get(executed.get(ref, ""), ref) for ref in (log["transactionHash"] for log in changes))


def deposits(devnet: Devnet) -> int:
    """How often collateral went to the order vault, and did not come back."""
    account, vault = _word(devnet, Role.ACCOUNT), _padded(devnet.exchange["OrderVault"])
    ways = ([_TRANSFER, account, vault], [_TRANSFER, vault, account])
    sent, back = (len(_found(devnet, devnet.exchange["USDC"], topics)) for topics in ways)
    return sent - back


def position(devnet: Devnet) -> Decimal:
    """Of our short: nothing else is opened."""
    reader = devnet.contract("Reader").functions
    store, account = devnet.exchange["DataStore"], devnet.address(Role.ACCOUNT)
    held = reader.getAccountPositions(store, account, 0, 16).call()
    return -sum((Decimal(numbers[1]).scaleb(-_WAD) for _, numbers, _ in held), Decimal(0))


def orders(devnet: Devnet) -> Mapping[str, str]:
    """By our transaction that created it: what became of the order."""
    ends = {_key(log): end for end in ("OrderExecuted", "OrderCancelled") for log in _ends(devnet, end)}
    return {ref: ends.get(order, "open") for order, ref in _created(devnet).items()}


def stranded(devnet: Devnet) -> Iterator[str]:
    """Orders that nobody ended, and coins that lie in their vault."""
    waiting = keeper.waiting_orders(devnet.gmx, devnet.address(Role.ACCOUNT))
    if waiting:
        yield f"open: {len(waiting)} orders wait for a keeper"
    left = devnet.token("USDC").functions.balanceOf(devnet.exchange["OrderVault"]).call()
    if left:
        yield f"lost: {left} units of USDC lie in the order vault"


def _created(devnet: Devnet) -> dict[str, str]:
    """Without what the exchange itself creates and executes at once: a liquidation."""
    executed = {log["transactionHash"] for log in _ends(devnet, "OrderExecuted")}
    created = _ends(devnet, "OrderCreated")
    return {_key(log): log["transactionHash"] for log in created if log["transactionHash"] not in executed}


def _ends(devnet: Devnet, name: str) -> list[dict[str, Any]]:
    return _logs(devnet, [name], [None, _word(devnet, Role.ACCOUNT)])


def _logs(devnet: Devnet, names: list[str], words: list[str | None]) -> list[dict[str, Any]]:
    hashed = ["0x" + keccak(text=name).hex() for name in names]
    return _found(devnet, devnet.exchange["EventEmitter"], [None, hashed, *words])


def _found(devnet: Devnet, address: str, topics: list[Any]) -> list[dict[str, Any]]:
    asked = {"address": address, "fromBlock": "0x0", "toBlock": "latest", "topics": topics}
    found: list[dict[str, Any]] = devnet.chain.rpc("eth_getLogs", asked)
    return found


def _key(log: dict[str, Any]) -> str:
    return str(log["topics"][2])


def _word(devnet: Devnet, role: Role) -> str:
    return _padded(devnet.address(role))


def _padded(address: str) -> str:
    return f"0x{address[2:].lower():0>64}"
