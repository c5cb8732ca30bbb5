"""The account and its markets at one moment, in one batch.

US dollars here are the vault's settlement coin, taken at 1 USD each; a price source for that coin can watch its peg.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from agent.errors import Mismatch, Unreadable
from agent.model import Market, Name, Position, Rate, View, value
from agent.model.times import DAY_S
from agent.reading import Answers, Read, Reading
from agent.units import Base, Price, Ratio, Usd
from agent.venues.perp_v2 import gas
from agent.venues.perp_v2.depth import depth_of, pool_state, price_x96
from agent.venues.perp_v2.methods import PARTS, WAD
from agent.venues.perp_v2.reads import (
    AccountReads,
    FundingReads,
    MarketReads,
    account_reads,
    funding_reads,
    market_reads,
    questions,
)
from agent.venues.perp_v2.setup import LATENCY_S, Setup

TWAP_S = 900
"""What funding averages over; where the exchange says otherwise, one more round asks with its figure."""


def observe(setup: Setup) -> Reading[View]:
    account = account_reads(setup)
    markets = {name: market_reads(setup, market) for name, market in setup.settings.markets.items()}
    funding = _funding_reads(setup, TWAP_S)
    found = yield questions(account, *markets.values(), *funding.values())
    averaged = found
    if found[account.twap_s] != TWAP_S:
        funding = _funding_reads(setup, found[account.twap_s])
        averaged = yield questions(*funding.values())
    seen = Seen(setup=setup, found=found, account=account, markets=markets)
    seen.check_pins()
    return seen.view({name: seen.funding(name, averaged, reads) for name, reads in funding.items()})


def _funding_reads(setup: Setup, interval_s: int) -> dict[Name, FundingReads]:
    return {name: funding_reads(setup, market, interval_s) for name, market in setup.settings.markets.items()}


@value
class Seen:
    """The answers of the first round, and what they come to."""

    setup: Setup
    found: Answers
    account: AccountReads
    markets: Mapping[Name, MarketReads]

    def view(self, funding: Mapping[Name, Rate]) -> View:
        account = self.account
        return View(
            venue=self.setup.name,
            stamp=self.found[account.now],
            markets=tuple(self._market(name, funding[name]) for name in self.markets),
            positions=tuple(self._positions()),
            orders=(),
            equity=self._usd(self._valued(account.equity, 0)),
            free=self._usd(self._valued(account.free, 0)),
            reserve=self._usd(0 if self.found[account.vault_paused] else self.found[account.reserve]),
            reserve_at=self._reserve_at(),
            open_margin=self._usd(self._valued(account.open_margin, 0)),
            exit_gas=gas.OPEN * len(self.markets),
            latency_s=LATENCY_S,
            may_trade=not self.setup.delegated or self.found[account.may_open],
            halted="; ".join(self._stopped()) or None,
            strange=self._shared(),
            unconfigured="; ".join(self._unconfigured()) or None,
        )

    def check_pins(self) -> None:
        """What the configuration pins must be what the chain says."""
        settings, decimals = self.setup.settings, self.found[self.account.decimals]
        if decimals != settings.collateral_decimals:
            raise Mismatch(
                f"{self.setup.name}: collateral {settings.collateral} on {self.setup.source} has {decimals} "
                f"decimals, but collateral_decimals is {settings.collateral_decimals}"
            )
        for name, reads in self.markets.items():
            pool, pinned = self.found[reads.registered][0], settings.markets[name].pool
            if pool.lower() != pinned.lower():
                raise Mismatch(f"{self.setup.name}: market {name} is in pool {pool}, but {pinned} is configured")

    def funding(self, name: Name, averaged: Answers, reads: FundingReads) -> Rate:
        """Exchange.sol, _getDeltaTwapX96: (market - index) / index per day, capped either way; > 0: longs pay."""
        if not self.found[self.markets[name].is_open]:
            return Rate(value=Ratio(0), interval_s=DAY_S)
        index = Price.from_int(averaged[reads.index_twap], WAD)
        if not index:
            raise Unreadable(f"{self.setup.name}: the index price of market {name} is 0")
        if not self._has(reads.market_twap, averaged):
            return Rate(value=Ratio(0), interval_s=DAY_S)
        premium = (price_x96(averaged[reads.market_twap]) - index) / index
        cap = Ratio.from_int(self.found[self.account.max_funding], PARTS)
        return Rate(value=min(max(premium, -cap), cap), interval_s=DAY_S)

    def _market(self, name: Name, funding: Rate) -> Market:
        configured, reads, found = self.setup.settings.markets[name], self.markets[name], self.found
        _, fee, _, _, spread = found[reads.registered]
        fee_ratio, index = Ratio.from_int(fee, PARTS), Price.from_int(found[reads.index], WAD)
        root, liquidity = found[reads.slot0][0], found[reads.liquidity]
        if not root:
            raise Unreadable(f"{self.setup.name}: the pool {configured.pool} of market {name} has no price")
        pool = pool_state(root, liquidity, fee_ratio, index, Ratio.from_int(spread, PARTS), found[reads.max_ticks])
        return Market(
            name=name,
            underlying=configured.underlying,
            lot=configured.lot,
            minimum=Usd(0),
            mark=self._mark(reads),
            index=index,
            funding=funding,
            borrow=Rate(value=Ratio(0), interval_s=DAY_S),
            initial_margin=Ratio.from_int(found[self.account.initial_margin], PARTS),
            maintenance_margin=Ratio.from_int(found[self.account.maintenance_margin], PARTS),
            fee=fee_ratio,
            depth=depth_of(pool, configured.lot),
        )

    def _mark(self, reads: MarketReads) -> Price:
        if self._has(reads.mark):
            return Price.from_int(self.found[reads.mark], WAD)
        return price_x96(self.found[reads.slot0][0])

    def _valued(self, read: Read[int], otherwise: int) -> int:
        return self.found[read] if self._has(read) else otherwise

    def _has(self, read: Read[int], found: Answers | None = None) -> bool:
        """False only for a flatten, where the exchange has no valuation; else Unreadable."""
        try:
            (found or self.found)[read]
        except Unreadable as error:
            if not self.setup.flatten or isinstance(error, Mismatch):
                raise
            return False
        return True

    def _positions(self) -> Iterator[Position]:
        """Short < 0, on chain as here. The entry price is what the exchange counts: net of the opening fee."""
        for name, reads in self.markets.items():
            size, cost = self.found[reads.size], self.found[reads.open_notional]
            if size:
                entry = Price(Decimal(abs(cost)) / abs(size))
                yield Position(market=name, size=Base.from_int(size, WAD), entry=entry)

    def _stopped(self) -> Iterator[str]:
        """Why nothing can be traded here. One stopped market stops all: take it out of the configuration to go on."""
        if self.found[self.account.paused]:
            yield "the clearing house is paused"
        for name, reads in self.markets.items():
            if not self.found[reads.is_open]:
                yield f"market {name} is paused or closed"
            elif not self.found[reads.max_ticks]:
                yield f"market {name} is halted"
            if not self._has(reads.mark):
                yield f"market {name} has no mark price, its pool's history is too short: the pool's own is taken"

    def _shared(self) -> str | None:
        """Why the account is not only ours."""
        provides = "the account provides liquidity: its position is not only what we trade"
        return provides if self.found[self.account.has_order] else None

    def _unconfigured(self) -> Iterator[str]:
        known = {market.base_token.lower() for market in self.setup.settings.markets.values()}
        for stranger in (token for token in self.found[self.account.base_tokens] if token.lower() not in known):
            yield f"the account has a position in market {stranger}"

    def _reserve_at(self) -> str:
        setup = self.setup
        return f"collateral {setup.settings.collateral} to operator {setup.operator} on {setup.source}"

    def _usd(self, amount: int) -> Usd:
        return Usd.from_int(amount, self.setup.settings.collateral_decimals)
