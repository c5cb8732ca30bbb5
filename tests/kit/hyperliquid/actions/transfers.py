"""Money: between spot and perps, accounts and sub-accounts, and out."""

from collections.abc import Callable
from decimal import Decimal

from eth_utils.crypto import keccak

from tests.kit.hyperliquid.accounts import USDC, Account
from tests.kit.hyperliquid.amounts import MICRO, ZERO, read
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.records import Transfer
from tests.kit.hyperliquid.refusals import Refused
from tests.kit.hyperliquid.requests import Json, Request
from tests.kit.hyperliquid.state import State

_DONE: Json = {"type": "default"}
_WITHDRAWAL_FEE = Decimal(1)
PERP, SPOT = "", "spot"


def withdraw(state: State, request: Request) -> Json:
    """To the outside, for a fee of 1 USD."""
    account, to, amount = request.account, request.action["destination"], _amount(state, request.action["amount"])
    _take(state, account, PERP, amount)
    state.withdrawn[to] = state.withdrawn.get(to, ZERO) + amount - _WITHDRAWAL_FEE
    return _note(state, request, account, to, amount, _WITHDRAWAL_FEE)


def usd_send(state: State, request: Request) -> Json:
    return _send(state, request, request.account, PERP, PERP)


def spot_send(state: State, request: Request) -> Json:
    return _send(state, request, request.account, SPOT, SPOT)


def send_asset(state: State, request: Request) -> Json:
    return _send(state, request, _from(state, request), request.action["sourceDex"], request.action["destinationDex"])


def agent_send_asset(state: State, request: Request) -> Json:
    """Only to the account itself or its own sub-accounts."""
    own = {request.account.address, *(sub.address for sub in state.subaccounts(request.account.address))}
    if request.action["destination"] not in own:
        raise _deny(state, "a destination that is not the account's own")
    return send_asset(state, request)


def _from(state: State, request: Request) -> Account:
    given = request.action["fromSubAccount"].lower()
    return _own_sub(state, request, given) if given else request.account


def _own_sub(state: State, request: Request, address: str) -> Account:
    sub = state.accounts.get(address)
    if sub is None or sub.master != request.account.address:
        raise _deny(state, f"sub-account {address}")
    return sub


def _send(state: State, request: Request, source: Account, dex: str, to_dex: str) -> Json:
    token = request.action.get("token", USDC).split(":")[0]
    to, amount = request.action["destination"].lower(), _amount(state, request.action["amount"])
    if {dex, to_dex} - {PERP, SPOT} or (token != USDC and PERP in (dex, to_dex)):
        raise _deny(state, "such a dex or token")
    _take(state, source, dex, amount, token)
    _give(state.accounts.setdefault(to, Account(address=to)), to_dex, amount, token)
    return _note(state, request, source, to, amount, dexes=(dex, to_dex))


def usd_class_transfer(state: State, request: Request) -> Json:
    """The amount may carry " subaccount:0x..."."""
    text, _, sub = request.action["amount"].partition(" subaccount:")
    account = _own_sub(state, request, sub.lower()) if sub else request.account
    if account.is_unified:
        raise _deny(state, "a class transfer in a unified account")
    amount, to_perp = _amount(state, text), request.action["toPerp"]
    _take(state, account, SPOT if to_perp else PERP, amount)
    _give(account, PERP if to_perp else SPOT, amount)
    dexes = (SPOT, PERP) if to_perp else (PERP, SPOT)
    return _note(state, request, account, account.address, amount, dexes=dexes)


def create_sub_account(state: State, request: Request) -> Json:
    _check_hand(state, request)
    master = request.account.address
    address = "0x" + keccak(text=f"{master}/{request.action['name']}").hex()[:40]
    state.accounts[address] = Account(address=address, master=master, name=request.action["name"])
    return {"type": "createSubAccount", "data": address}


def sub_account_transfer(state: State, request: Request) -> Json:
    _check_hand(state, request)
    sub, amount = _own_sub(state, request, request.action["subAccountUser"]), request.action["usd"] * MICRO
    source, target = (request.account, sub) if request.action["isDeposit"] else (sub, request.account)
    _take(state, source, PERP, amount)
    _give(target, PERP, amount)
    return _note(state, request, source, target.address, amount)


def _check_hand(state: State, request: Request) -> None:
    if request.is_agent and not state.unknowns.agents_move_collateral:
        raise _deny(state, "this by an agent")


def _amount(state: State, text: str) -> Decimal:
    amount = read(text)
    if amount <= 0:
        raise _deny(state, "amount")
    return amount


def _take(state: State, account: Account, dex: str, amount: Decimal, token: str = USDC) -> None:
    is_perp = dex == PERP or (account.is_unified and token == USDC)
    free = Margin(state, account).withdrawable if is_perp else account.spot.get(token, ZERO)
    if amount <= 0 or amount > free:
        raise _deny(state, "an amount above what is free")
    _give(account, dex, -amount, token)


def _give(account: Account, dex: str, amount: Decimal, token: str = USDC) -> None:
    if dex == PERP:
        account.cash += amount
    else:
        account.spot[token] = account.spot.get(token, ZERO) + amount


def _note(
    state: State,
    request: Request,
    account: Account,
    to: str,
    amount: Decimal,
    fee: Decimal = ZERO,
    dexes: tuple[str, str] = (PERP, PERP),
) -> Json:
    moved = Transfer(
        time_ms=state.now_ms, user=account.address, kind=request.kind, to=to.lower(), amount=amount, fee=fee,
        dexes=dexes,
    )  # fmt: skip
    state.records.transfers.append(moved)
    if account.is_empty:
        for agent in state.agents_of(account.address):
            state.drop_agent(agent.address)
    return _DONE


def _deny(state: State, what: str) -> Refused:
    return Refused(state.unknowns.denied.format(what=what))


HANDLERS: dict[str, Callable[[State, Request], Json]] = {
    "withdraw3": withdraw,
    "usdSend": usd_send,
    "spotSend": spot_send,
    "sendAsset": send_asset,
    "agentSendAsset": agent_send_asset,
    "usdClassTransfer": usd_class_transfer,
    "createSubAccount": create_sub_account,
    "subAccountTransfer": sub_account_transfer,
}
