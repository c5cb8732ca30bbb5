"""The coins of one address on one chain."""

from typing import Any

from agent.errors import Mismatch, Unreadable
from agent.evm import Method, head, native_balance
from agent.model import Address, Held, Holding, Name, value
from agent.reading import Answers, Read, Reading
from agent.units import Base
from agent.wallets.rates import FeedRate, OneToOne, OwnRate, rate_of
from agent.wallets.tokens import Token

BALANCE = Method("balanceOf(address)", "uint256")
DECIMALS = Method("decimals()", "uint8")


@value
class Asset:
    """One coin of the wallet, as questions and as what the answers come to."""

    token: Token
    balance: Read[int]
    decimals: Read[int] | None
    rate: OwnRate | FeedRate | OneToOne

    def reads(self) -> tuple[Read[Any], ...]:
        stated = (self.decimals,) if self.decimals else ()
        return self.balance, *stated, *self.rate.reads()

    def holding(self, where: Name, found: Answers) -> Holding:
        """In units of the underlying, exact. A coin that is not what we take it for is never counted as 0."""
        try:
            balance = found[self.balance]
            stated = found[self.decimals] if self.decimals else self.token.decimals
            ratio = self.rate.ratio(found)
        except Unreadable as error:
            raise error.about(self.token.symbol) from error
        if stated != self.token.decimals:
            raise Mismatch(
                f"{self.token.symbol} at {self.token.address} on {self.balance.source} has {stated} decimals, "
                f"not {self.token.decimals}: is this the right token?"
            )
        units = Base.from_int(balance, stated)
        return Holding(
            where=where,
            underlying=self.token.underlying,
            amount=units * ratio,
            asset=self.token.symbol,
            units=str(units),
        )


@value
class Onchain:
    """A watched address: an account of our own, a Safe, anything that holds coins."""

    name: Name
    source: Name
    address: Address
    tokens: tuple[Token, ...]

    def observe(self) -> Reading[Held]:
        now, assets = head(self.source), [self._asset(token) for token in self.tokens]
        found = yield (now, *(read for asset in assets for read in asset.reads()))
        holdings = tuple(asset.holding(self.name, found) for asset in assets)
        return Held(wallet=self.name, stamp=found[now], holdings=holdings)

    def _asset(self, token: Token) -> Asset:
        rate, source = rate_of(self.source, token), self.source
        if token.address is None:
            return Asset(token=token, balance=native_balance(source, self.address), decimals=None, rate=rate)
        balance, decimals = BALANCE.at(source, token.address, self.address), DECIMALS.at(source, token.address)
        return Asset(token=token, balance=balance, decimals=decimals, rate=rate)
