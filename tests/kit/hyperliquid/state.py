"""The whole exchange as data. Copied, it is what a node that lags behind still believes."""

from dataclasses import dataclass, field
from decimal import Decimal

from tests.kit.hyperliquid.accounts import Account, Agent, Leverage
from tests.kit.hyperliquid.orders import Order
from tests.kit.hyperliquid.records import Records
from tests.kit.hyperliquid.refusals import Refused
from tests.kit.hyperliquid.replay import Nonces
from tests.kit.hyperliquid.universe import Asset, default_universe
from tests.kit.hyperliquid.unknowns import Unknowns

_DEFAULT_LEVERAGE = 20


@dataclass
class MatchFaults:
    """What the next orders of accounts run into."""

    unmatched: int = 0
    """So many immediate orders find nobody."""
    shares: list[Decimal] = field(default_factory=list)
    """The next order fills up to that share of its size, then the next."""


@dataclass
class State:
    network: str
    now_ms: int
    unknowns: Unknowns
    assets: list[Asset] = field(default_factory=default_universe)
    accounts: dict[str, Account] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    records: Records = field(default_factory=Records)
    faults: MatchFaults = field(default_factory=MatchFaults)
    withdrawn: dict[str, Decimal] = field(default_factory=dict)
    """USDC that has left, by destination."""
    lag_ms: int = 200
    """How far the time in answers is behind."""
    funded_hour: int = 0
    sampled_ms: int = 0
    _count: int = 0
    nonces: Nonces = field(init=False)

    def __post_init__(self) -> None:
        self.nonces = Nonces(self.unknowns)
        self.funded_hour, self.sampled_ms = self.now_ms // 3_600_000, self.now_ms

    @property
    def shown_ms(self) -> int:
        return self.now_ms - self.lag_ms

    def next_id(self) -> int:
        self._count += 1
        return self._count

    def account(self, address: str) -> Account:
        """Of an address that never had anything it is an empty one, which is not kept."""
        return self.accounts.get(address) or Account(address=address)

    def asset(self, index: int) -> Asset:
        if not 0 <= index < len(self.assets):
            raise Refused(self.unknowns.shape.format(what="asset"))
        return self.assets[index]

    def index(self, coin: str) -> int:
        """Raises KeyError."""
        for index, asset in enumerate(self.assets):
            if asset.name == coin:
                return index
        raise KeyError(coin)

    def leverage(self, account: Account, asset: int) -> Leverage:
        """What is set, or what an asset starts with."""
        found = self.assets[asset]
        start = Leverage(min(_DEFAULT_LEVERAGE, found.max_leverage), not found.isolated_only)
        return account.leverage.get(asset, start)

    def open_orders(self, user: str) -> list[Order]:
        return [order for order in self.orders.values() if order.user == user and order.is_open]

    def subaccounts(self, master: str) -> list[Account]:
        return [account for account in self.accounts.values() if account.master == master]

    def agent(self, address: str) -> Agent | None:
        """Who is still allowed to act; one that expired is forgotten together with its nonces."""
        found = self.agents.get(address)
        if found and found.valid_until_ms is not None and found.valid_until_ms <= self.now_ms:
            self.drop_agent(address)
            return None
        return found

    def agents_of(self, master: str) -> list[Agent]:
        found = [self.agent(address) for address, agent in list(self.agents.items()) if agent.master == master]
        return [agent for agent in found if agent is not None]

    def drop_agent(self, address: str) -> None:
        self.agents.pop(address, None)
        self.nonces.prune(address)
