"""From an empty chain to a market with a maker, two cold wallets, and an operator with a reserve."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from tests.kit.devnet import market
from tests.kit.devnet.chain import Chain
from tests.kit.devnet.origin import anvil
from tests.kit.devnet.perp_v2 import MAX_UINT256, deploy_perp_v2
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet
from tests.kit.devnet.tokens import ETHER, USDC_UNIT, deploy_feeds, deploy_tokens
from tests.kit.devnet.wallets import seed_wallets

PRICE = Decimal(2000)
OPEN_POSITION = 1
"""DelegateApproval's action that lets an operator open and reduce positions, and nothing else."""

_BANKROLL = 10**9 * USDC_UNIT
_MAKER_BASE = 20_000 * ETHER
_MAKER_TICKS = (46_000, 106_000)  # 99.5 to 40,130 USD
_HISTORY_STEPS, _HISTORY_STEP_S = 3, 11 * 60
_SETUP_S = _HISTORY_STEPS * _HISTORY_STEP_S  # the chain starts in the past, so that its set-up ends about now


@contextmanager
def devnet(*, port: int = 0, chain_id: int = 31337) -> Iterator[Devnet]:
    """A chain of our own for as long as the context lasts."""
    with anvil(port=port, chain_id=chain_id, timestamp=int(time.time()) - _SETUP_S) as url:
        yield deploy(url)


def deploy(url: str) -> Devnet:
    chain = Chain(url)
    deployer = actor(Role.DEPLOYER).address
    tokens = deploy_tokens(chain, deployer)
    feeds = deploy_feeds(chain, deployer, PRICE)
    exchange = deploy_perp_v2(chain, deployer, usdc=tokens["USDC"], feed=feeds["exchange_eth_usd"], price=PRICE)
    built = Devnet(url=url, chain_id=chain.web3.eth.chain_id, exchange=exchange, tokens=tokens, feeds=feeds)
    _write_history(built)
    _seed_makers(built)
    seed_wallets(built, reserve=Role.OPERATOR)
    _delegate(built)
    return built


def _write_history(built: Devnet) -> None:
    """Mark prices average the pool's last half hour and revert until there is one."""
    for _ in range(_HISTORY_STEPS):
        market.pass_time(built, _HISTORY_STEP_S)


def _seed_makers(built: Devnet) -> None:
    for role in (Role.MAKER, Role.ARBITRAGEUR):
        _deposit(built, role, _BANKROLL)
    low, high = _MAKER_TICKS
    quote = int(_MAKER_BASE * PRICE) * 2
    order = (built.exchange["BaseToken"], _MAKER_BASE, quote, low, high, 0, 0, False, MAX_UINT256)
    built.chain.send(built.contract("ClearingHouse"), "addLiquidity", order, sender=built.address(Role.MAKER))


def _deposit(built: Devnet, role: Role, amount: int) -> None:
    usdc, vault, sender = built.token("USDC"), built.contract("Vault"), built.address(role)
    built.chain.send(usdc, "mint", sender, amount, sender=built.address(Role.DEPLOYER))
    built.chain.send(usdc, "approve", vault.address, amount, sender=sender)
    built.chain.send(vault, "deposit", usdc.address, amount, sender=sender)


def _delegate(built: Devnet) -> None:
    operator = built.address(Role.OPERATOR)
    built.chain.send(
        built.contract("DelegateApproval"), "approve", operator, OPEN_POSITION, sender=built.address(Role.ACCOUNT)
    )
