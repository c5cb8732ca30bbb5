"""An account on the local exchange, and what it looks like after what was done to it."""

from typing import Any

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from agent.model.base import value
from tests.gmx.comparison import event
from tests.kit.devnet.roles import Role, actor
from tests.kit.devnet.tokens import ETHER, USDC_UNIT
from tests.kit.gmx import keeper
from tests.kit.gmx.keys import key
from tests.kit.gmx.launch import fund
from tests.kit.gmx.orders import Ask, OrderType, create
from tests.kit.gmx.parameters import USD
from tests.kit.gmx.state import Gmx


@value
class Desk:
    """The account starts with 50,000 USDC and 100 ETH."""

    gmx: Gmx
    role: Role = Role.ACCOUNT

    @property
    def account(self) -> ChecksumAddress:
        return actor(self.role).address

    def fund(self) -> "Desk":
        fund(self.gmx, self.account, usdc=50_000 * USDC_UNIT, ether=100 * ETHER)
        return self

    def ask(self, kind: OrderType, usd: int, **details: Any) -> bytes:
        return create(self.gmx, self.account, Ask(kind=kind, size_usd=usd * USD, **details))

    def open(self, usd: int, **details: Any) -> TxReceipt:
        return keeper.execute(self.gmx, self.ask(OrderType.MARKET_INCREASE, usd, **details))

    def close(self, **details: Any) -> TxReceipt:
        """All of it."""
        collateral, is_long = details.get("collateral", "USDC"), details.get("is_long", False)
        size = self.position(collateral=collateral, is_long=is_long)[0]
        ask = Ask(kind=OrderType.MARKET_DECREASE, size_usd=size, **details)
        return keeper.execute(self.gmx, create(self.gmx, self.account, ask))

    def position(self, *, collateral: str = "USDC", is_long: bool = False) -> Any:
        """Position.Numbers; of nobody's, zeros."""
        for at, numbers, flags in self.positions():
            if at[2] == self.gmx.at(collateral) and flags[0] == is_long:
                return numbers
        return (0,) * 10

    def positions(self) -> Any:
        reader = self.gmx.contract("Reader").functions
        return reader.getAccountPositions(self.gmx.at("DataStore"), self.account, 0, 16).call()

    def orders(self) -> Any:
        reader = self.gmx.contract("Reader").functions
        return reader.getAccountOrders(self.gmx.at("DataStore"), self.account, 0, 16).call()

    def balance(self, token: str) -> int:
        found: int = self.gmx.contract(token).functions.balanceOf(self.account).call()
        return found

    def claimable(self, token: str) -> int:
        stored = key("CLAIMABLE_FUNDING_AMOUNT", self.gmx.at("EthMarket"), self.gmx.at(token), self.account)
        found: int = self.gmx.contract("DataStore").functions.getUint(stored).call()
        return found

    def claim(self) -> None:
        market = self.gmx.at("EthMarket")
        tokens = [self.gmx.at("WETH"), self.gmx.at("USDC")]
        router = self.gmx.contract("ExchangeRouter")
        self.gmx.chain.send(router, "claimFundingFees", [market] * 2, tokens, self.account, sender=self.account)


def events(gmx: Gmx, receipt: TxReceipt) -> dict[str, dict[str, Any]]:
    """By name, the last of each; items by their keys."""
    mine = (bytes(log["data"]) for log in receipt["logs"] if log["address"] == gmx.at("EventEmitter"))
    found = (event(data) for data in mine)
    return {name: {path.split(" ")[1]: item for path, item in items} for name, items in found}
