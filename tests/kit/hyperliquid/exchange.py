"""The exchange as the one who runs it sees it: moves prices, time and accounts, breaks things, reads what happened.

exchange = Exchange()
exchange.fund(account, Decimal(10_000))
exchange.approve(account, agent)
exchange.quote("ETH")
with served(exchange) as url: ...
"""

from collections.abc import Sequence
from copy import deepcopy
from decimal import Decimal

from tests.kit.hyperliquid import liquidation, matching, triggers
from tests.kit.hyperliquid.accounts import MODES, STANDARD, USDC, Account, Agent, Leverage
from tests.kit.hyperliquid.amounts import ZERO, is_price, usd
from tests.kit.hyperliquid.clock import Clock
from tests.kit.hyperliquid.engine import Engine
from tests.kit.hyperliquid.faults import Fault, Kind, Logged
from tests.kit.hyperliquid.gateway import Gateway
from tests.kit.hyperliquid.limits import IP_WEIGHT, IpBudget, cap
from tests.kit.hyperliquid.orders import MAKER, Order
from tests.kit.hyperliquid.records import Change, Fill, Transfer
from tests.kit.hyperliquid.state import State
from tests.kit.hyperliquid.universe import Asset, InterestLimit
from tests.kit.hyperliquid.unknowns import Unknowns

Level = tuple[Decimal, Decimal]
"""Price and size."""

_TEN_THOUSANDTH = Decimal("0.0001")


class Exchange:
    def __init__(
        self,
        *,
        network: str = "Testnet",
        seed: int = 0,
        unknowns: Unknowns | None = None,
        clock: Clock | None = None,
        ip_weight: int | None = IP_WEIGHT,
    ) -> None:
        """`seed` chooses among the exchanges that the documentation leaves possible: see Unknowns."""
        clock = clock or Clock()
        state = State(network=network, now_ms=clock.now_ms, unknowns=unknowns or Unknowns.of(seed))
        self.engine = Engine(state, clock)
        self.gateway = Gateway(self.engine, IpBudget(ip_weight))
        self.url = ""
        """Set while it is served."""
        self._quoted: dict[str, tuple[Decimal, int, Decimal]] = {}

    # Accounts

    def fund(self, user: str, usdc: Decimal, *, spot: Decimal = ZERO, mode: str = STANDARD) -> None:
        """More collateral; a user that is new starts in that account mode."""
        with self.engine.at() as state:
            account = state.accounts.setdefault(user.lower(), Account(address=user.lower(), mode=mode))
            account.cash += usdc
            came = Transfer(time_ms=state.now_ms, user=user.lower(), kind="deposit", to=user.lower(), amount=usdc)
            state.records.deposits.append(came)
            account.spot[USDC] = account.spot.get(USDC, ZERO) + spot

    def approve(self, user: str, agent: str, *, name: str = "", valid_until_ms: int | None = None) -> None:
        """As the user's own approveAgent would."""
        with self.engine.at() as state:
            approved = Agent(address=agent.lower(), master=user.lower(), name=name, valid_until_ms=valid_until_ms)
            state.agents[approved.address] = approved

    def revoke(self, agent: str) -> None:
        with self.engine.at() as state:
            state.drop_agent(agent.lower())

    def set_mode(self, user: str, mode: str) -> None:
        """A mode that does not exist is taken too: readers must refuse it."""
        with self.engine.at() as state:
            account = state.accounts[user.lower()]
            if mode in MODES:
                account.set_mode(mode)
            account.mode = mode

    def set_leverage(self, user: str, coin: str, value: int, *, is_cross: bool) -> None:
        with self.engine.at() as state:
            state.accounts[user.lower()].leverage[state.index(coin)] = Leverage(value, is_cross)

    def exhaust_address(self, user: str) -> None:
        with self.engine.at() as state:
            account = state.accounts[user.lower()]
            account.actions, account.last_action_ms = cap(account), state.now_ms

    # Prices and books

    def set_oracle(self, coin: str, price: Decimal) -> None:
        with self.engine.at() as state:
            self._asset(state, coin).oracle = price

    def set_mark(self, coin: str, price: Decimal) -> None:
        """Fires triggers, then liquidates."""
        with self.engine.at() as state:
            self._asset(state, coin).mark = price
            triggers.check(state, state.index(coin))
            liquidation.check(state)

    def set_price(self, coin: str, price: Decimal) -> None:
        """Oracle and mark, and where the book is quoted, the book first."""
        self.set_oracle(coin, price)
        if coin in self._quoted:
            spread, levels, size_usd = self._quoted[coin]
            self.quote(coin, spread=spread, levels=levels, size_usd=size_usd)
        self.set_mark(coin, price)

    def set_book(self, coin: str, bids: Sequence[Level], asks: Sequence[Level]) -> None:
        """Instead of all scripted levels; what accounts have resting stays, or trades."""
        with self.engine.at() as state:
            asset = self._asset(state, coin)
            asset.book.clear_makers()
            for is_buy, side in ((True, bids), (False, asks)):
                for price, size in side:
                    matching.supply(state, self._level(state, coin, is_buy, price, size))

    def quote(
        self,
        coin: str,
        *,
        spread: Decimal = Decimal("0.0002"),
        levels: int = 10,
        size_usd: Decimal = Decimal(200_000),
    ) -> None:
        """Levels of `size_usd` each around the oracle, the first half a spread away, the next a spread further."""
        self._quoted[coin] = (spread, levels, size_usd)
        with self.engine.at() as state:
            asset = self._asset(state, coin)
            steps = [spread / 2 + spread * step for step in range(levels)]
            sides = [[_level(asset, 1 + sign * step, size_usd) for step in steps] for sign in (-1, 1)]
            self.set_book(coin, *sides)

    def set_premium(self, coin: str, premium: Decimal | None) -> None:
        """What funding is computed from, 8-hour units; None: the book's own."""
        with self.engine.at() as state:
            self._asset(state, coin).forced_premium = premium

    def delist(self, coin: str) -> None:
        """Its orders go and its prices freeze."""
        with self.engine.at() as state:
            asset = self._asset(state, coin)
            asset.delisted = True
            asset.book.clear_makers()
            for order in [each for each in state.orders.values() if each.coin == coin and each.is_open]:
                matching.cancel(state, order, "delistedCanceled")

    def limit_interest(self, coin: str, limit: InterestLimit | None) -> None:
        with self.engine.at() as state:
            self._asset(state, coin).interest_limit = limit

    # Time, and what the exchange does by itself

    def advance(self, seconds: Decimal | int) -> None:
        """Funding, schedules, held requests and liquidations happen on the way."""
        self.engine.advance(int(seconds * 1000))

    @property
    def now_ms(self) -> int:
        return self.engine.clock.now_ms

    def liquidate(self, user: str, coin: str, *, backstop: bool = False) -> None:
        """Whatever the margin says: at market, or by the backstop."""
        with self.engine.at() as state:
            account = state.accounts[user.lower()]
            act = liquidation.back_stop if backstop else liquidation.at_market
            act(state, account, account.positions[state.index(coin)])

    def deleverage(self, user: str, coin: str, size: Decimal | None = None, price: Decimal | None = None) -> None:
        """ADL of all or part of a position, at the oracle's price if no other is given."""
        with self.engine.at() as state:
            liquidation.deleverage(state, state.accounts[user.lower()], state.index(coin), size, price)

    # Faults

    def inject(
        self,
        kind: Kind,
        *,
        path: str = "/exchange",
        only: Sequence[str] = (),
        times: int | None = 1,
        delay_s: Decimal = ZERO,
        status: int = 502,
        body: str = "<html><body>Bad Gateway</body></html>",
    ) -> None:
        with self.engine.at() as state:
            path = "/info" if kind is Kind.STALE else path
            past = deepcopy(state) if kind is Kind.STALE else None
            fault = Fault(
                kind=kind, path=path, only=frozenset(only), times=times, delay_s=delay_s, status=status, body=body,
                past=past,
            )  # fmt: skip
            self.gateway.faults.waiting.append(fault)

    def clear_faults(self) -> None:
        with self.engine.at() as state:
            self.gateway.faults.waiting.clear()
            state.faults.unmatched, state.faults.shares = 0, []

    def fill_partly(self, share: Decimal) -> None:
        """The next immediate order fills up to that share of its size."""
        with self.engine.at() as state:
            state.faults.shares.append(share)

    def match_nothing(self, times: int = 1) -> None:
        """So many immediate orders find nobody."""
        with self.engine.at() as state:
            state.faults.unmatched += times

    def exhaust_ip(self) -> None:
        """For a minute."""
        with self.engine.at() as state:
            self.gateway.budget.spend(self.gateway.budget.per_minute or 0, state.now_ms)

    def call_status(self, cloid: str, status: str) -> None:
        """What orderStatus says of an order from now on, also what no document lists."""
        with self.engine.at() as state:
            for order in state.orders.values():
                order.status = status if order.cloid == cloid else order.status

    def lag(self, ms: int) -> None:
        """How far the time in answers is behind."""
        with self.engine.at() as state:
            state.lag_ms = ms

    # What happened

    def prices(self, coin: str) -> tuple[Decimal, Decimal]:
        """Oracle and mark."""
        with self.engine.at() as state:
            asset = self._asset(state, coin)
            return asset.oracle, asset.mark

    def position(self, user: str, coin: str) -> Decimal:
        with self.engine.at() as state:
            return state.account(user.lower()).size(state.index(coin))

    def changes(self, user: str | None = None, cloid: str | None = None) -> list[Change]:
        """Of positions; one execution of one order is one change."""
        with self.engine.at() as state:
            whose, found = user and user.lower(), state.records.changes
            return [each for each in found if whose in (None, each.user) and cloid in (None, each.cloid)]

    def changes_by_cloid(self) -> dict[str, int]:
        """How often each order moved a position: never more than once for what was meant once."""
        found: dict[str, int] = {}
        for change in self.changes():
            if change.cloid:
                found[change.cloid] = found.get(change.cloid, 0) + 1
        return found

    def fills(self, user: str) -> list[Fill]:
        with self.engine.at() as state:
            return [fill for fill in state.records.fills if fill.user == user.lower()]

    def transfers(self) -> list[Transfer]:
        with self.engine.at() as state:
            return list(state.records.transfers)

    def log(self, path: str | None = None, kind: str | None = None) -> list[Logged]:
        with self.engine.at():
            return [each for each in self.gateway.log if path in (None, each.path) and kind in (None, each.kind)]

    def weight_used(self) -> int:
        """Within the last minute."""
        with self.engine.at() as state:
            return self.gateway.budget.used(state.now_ms)

    @staticmethod
    def _asset(state: State, coin: str) -> Asset:
        return state.assets[state.index(coin)]

    @staticmethod
    def _level(state: State, coin: str, is_buy: bool, price: Decimal, size: Decimal) -> Order:
        return Order(
            id=state.next_id(), user=MAKER, asset=state.index(coin), coin=coin, is_buy=is_buy, price=price, size=size,
            left=size, reduce_only=False, tif="Alo", placed_ms=state.now_ms, status_ms=state.now_ms,
        )  # fmt: skip


def _level(asset: Asset, factor: Decimal, size_usd: Decimal) -> Level:
    """The nearest legal price and size."""
    price, decimals = asset.oracle * factor, 6 - asset.size_decimals
    while not is_price(price, asset.size_decimals):
        price, decimals = price.quantize(Decimal(1).scaleb(-decimals)), decimals - 1
    return price, (usd(size_usd) / price).quantize(Decimal(1).scaleb(-asset.size_decimals))
