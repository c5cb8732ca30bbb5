"""Coins that come, go and grow outside of any exchange."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from agent.hedge.exposure import STILL_MS
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet
from tests.kit.devnet.tokens import ETHER

TOKENS = ("ETH", "WETH", "wstETH", "evETH", "USDC")
_MAX_GROWTH = Decimal("0.1")
_ACCRUING = ("wstETH", "evETH")


def move(devnet: Devnet, wallet: Role, token: str, amount: Decimal) -> None:
    """Into the wallet when positive: minted, or ether from the deployer. Out of it to the deployer when negative.

    Then half a minute passes without a block: a change is hedged after a second look, and only a chain that stands
    still may be looked at twice in one block.
    """
    if token == "ETH":
        _move_ether(devnet, wallet, int(amount * ETHER))
    else:
        _move_token(devnet, wallet, token, amount)
    devnet.chain.rpc("evm_increaseTime", STILL_MS // 1000)


def accrue(devnet: Devnet, growth: Decimal) -> None:
    if not 0 <= growth <= _MAX_GROWTH:
        raise DevnetError(f"A growth of {growth} is not between 0 and {_MAX_GROWTH}.")
    for symbol in _ACCRUING:
        _as_deployer(devnet, symbol, "accrue", int(growth * ETHER))


def _move_ether(devnet: Devnet, wallet: Role, wei: int) -> None:
    if wei > 0:
        devnet.chain.pay(devnet.address(wallet), wei, sender=devnet.address(Role.DEPLOYER))
    else:
        with _fees_paid(devnet, wallet, spends=-wei):
            devnet.chain.pay(devnet.address(Role.DEPLOYER), -wei, sender=devnet.address(wallet))


def _move_token(devnet: Devnet, wallet: Role, symbol: str, amount: Decimal) -> None:
    contract, sender = devnet.token(symbol), devnet.address(wallet)
    units = int(amount.scaleb(contract.functions.decimals().call()))
    if units > 0:
        _as_deployer(devnet, symbol, "mint", sender, units)
    else:
        with _fees_paid(devnet, wallet, spends=0):
            devnet.chain.send(contract, "transfer", devnet.address(Role.DEPLOYER), -units, sender=sender)


@contextmanager
def _fees_paid(devnet: Devnet, wallet: Role, *, spends: int) -> Iterator[None]:
    """The wallet's ether falls by what it spends and not by fees, so that a wallet without ether can send as well."""
    address = devnet.address(wallet)
    balance = devnet.chain.web3.eth.get_balance(address)
    if spends > balance:
        raise DevnetError(f"{wallet} holds {Decimal(balance) / ETHER:f} ETH, less than that.")
    devnet.chain.rpc("anvil_setBalance", address, hex(balance + ETHER))
    try:
        yield
    except DevnetError:
        spends = 0
        raise
    finally:
        devnet.chain.rpc("anvil_setBalance", address, hex(balance - spends))


def _as_deployer(devnet: Devnet, symbol: str, method: str, *args: object) -> None:
    devnet.chain.send(devnet.token(symbol), method, *args, sender=devnet.address(Role.DEPLOYER))
