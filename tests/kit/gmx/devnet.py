"""From an empty chain to GMX v2 with a pool, two cold wallets, and an account that lets an operator trade."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from tests.kit.devnet.chain import Chain
from tests.kit.devnet.origin import anvil
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.devnet.tokens import deploy_accruing, deploy_feeds
from tests.kit.devnet.wallets import RESERVE, seed_wallets
from tests.kit.gmx import launch
from tests.kit.gmx.keys import key
from tests.kit.gmx.offchain import Keeper, at_work

PRICE = Decimal(2000)
ACTIONS, DAYS = 200, 60
DAY_S = 86_400


@contextmanager
def devnet(*, port: int = 0, chain_id: int = 31337, keeper: Keeper | None = None) -> Iterator[Devnet]:
    """A chain of our own with the exchange's price service; without a keeper nobody executes orders."""
    with deployed(port=port, chain_id=chain_id) as built, at_work(built, keeper or Keeper(on=False)) as working:
        yield working


@contextmanager
def deployed(*, port: int = 0, chain_id: int = 31337) -> Iterator[Devnet]:
    """The chain alone, with nobody at work."""
    with anvil(port=port, chain_id=chain_id, timestamp=int(time.time())) as url:
        yield deploy(url)


def deploy(url: str) -> Devnet:
    chain, deployer = Chain(url), actor(Role.DEPLOYER).address
    gmx = launch.deploy(chain, price=PRICE)
    usdc, weth = gmx.at("USDC"), gmx.at("WETH")
    built = Devnet(
        kind=Kind.GMX_V2,
        url=url,
        chain_id=gmx.chain_id,
        exchange=gmx.contracts,
        tokens={"USDC": usdc, "WETH": weth, **deploy_accruing(chain, deployer, weth)},
        feeds=deploy_feeds(chain, deployer, PRICE),
    )
    seed_wallets(built, reserve=Role.ACCOUNT)
    delegate(built)
    return built


def delegate(built: Devnet, *, actions: int = ACTIONS, days: int = DAYS, allowance: int = RESERVE) -> None:
    """The account lets the operator create so many orders in all, and turn so much into collateral."""
    router, operator, account = built.contract("SubaccountRouter"), built.address(Role.OPERATOR), Role.ACCOUNT
    sender, action = built.address(account), key("SUBACCOUNT_ORDER_ACTION")
    ends_s = built.chain.now() + days * DAY_S
    built.chain.send(router, "addSubaccount", operator, sender=sender)
    built.chain.send(router, "setMaxAllowedSubaccountActionCount", operator, action, actions, sender=sender)
    built.chain.send(router, "setSubaccountExpiresAt", operator, action, ends_s, sender=sender)
    built.chain.send(built.token("USDC"), "approve", built.exchange["Router"], allowance, sender=sender)
