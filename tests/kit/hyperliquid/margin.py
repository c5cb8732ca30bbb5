"""What an account is worth, what its positions bind, and where they end."""

from decimal import Decimal

from tests.kit.hyperliquid.accounts import Account, Position
from tests.kit.hyperliquid.amounts import ZERO, usd
from tests.kit.hyperliquid.state import State

_TRANSFER_FLOOR = Decimal("0.1")


class Margin:
    """One account at the present marks. Amounts are USD; "cross" is all but isolated positions."""

    def __init__(self, state: State, account: Account) -> None:
        self._state, self._account = state, account
        self.positions = list(account.positions.values())
        self.cross = [position for position in self.positions if position.margin is None]

    def notional(self, position: Position) -> Decimal:
        return usd(abs(position.size) * self._mark(position))

    def profit(self, position: Position) -> Decimal:
        return position.profit(self._mark(position))

    def initial(self, position: Position) -> Decimal:
        return usd(self.notional(position) / self._state.leverage(self._account, position.asset).value)

    def maintenance(self, position: Position) -> Decimal:
        return usd(self._state.assets[position.asset].margin.maintenance(self.notional(position)))

    def isolated_equity(self, position: Position) -> Decimal:
        assert position.margin is not None
        return position.margin + self.profit(position)

    def used(self, position: Position) -> Decimal:
        return self.initial(position) if position.margin is None else self.isolated_equity(position)

    @property
    def equity(self) -> Decimal:
        """Of the cross side."""
        return self._account.cash + sum((self.profit(position) for position in self.cross), ZERO)

    @property
    def total_equity(self) -> Decimal:
        isolated = (self.isolated_equity(each) for each in self.positions if each.margin is not None)
        return self.equity + sum(isolated, ZERO)

    @property
    def total_notional(self) -> Decimal:
        return sum((self.notional(position) for position in self.positions), ZERO)

    @property
    def cross_notional(self) -> Decimal:
        return sum((self.notional(position) for position in self.cross), ZERO)

    @property
    def total_used(self) -> Decimal:
        return sum((self.used(position) for position in self.positions), ZERO)

    @property
    def cross_used(self) -> Decimal:
        return sum((self.initial(position) for position in self.cross), ZERO)

    @property
    def cross_maintenance(self) -> Decimal:
        return sum((self.maintenance(position) for position in self.cross), ZERO)

    @property
    def held(self) -> Decimal:
        """By resting orders that may open something."""
        resting = (order for order in self._state.open_orders(self._account.address) if order.tif)
        return sum((self._hold(o.asset, o.left * o.price) for o in resting if not o.reduce_only), ZERO)

    @property
    def available(self) -> Decimal:
        """For opening more."""
        return self.equity - self.cross_used - self.held

    @property
    def withdrawable(self) -> Decimal:
        """Initial margin stays, and at least 10 % of the notional."""
        floor = max(self.cross_used, _TRANSFER_FLOOR * self.cross_notional)
        return max(ZERO, usd(self.equity - floor - self.held))

    def raw_usd(self, equity: Decimal, positions: list[Position]) -> Decimal:
        """The equity without what the positions are worth."""
        return equity - sum((usd(each.size * self._mark(each)) for each in positions), ZERO)

    def can_open(self, asset: int, change: Decimal) -> bool:
        """Where it turns a position round, the margin of the old one is free for the new one."""
        before, after = self._account.size(asset), self._account.size(asset) + change
        turned = before * after < 0
        opened = abs(after) if turned else max(ZERO, abs(after) - abs(before))
        cost = self._hold(asset, opened * self._state.assets[asset].mark)
        return not opened or cost <= self.available + (self._freed(asset) if turned else ZERO)

    def liquidation_price(self, position: Position) -> Decimal | None:
        """price - side x margin_available / size / (1 - l x side), as documented; None where no price ends it."""
        equity, bound = self.equity, self.cross_maintenance
        if position.margin is not None:
            equity, bound = self.isolated_equity(position), self.maintenance(position)
        rate = self._state.assets[position.asset].margin.tier(self.notional(position)).rate
        spare = (equity - bound) / abs(position.size) / (1 - rate * position.sign)
        price = self._mark(position) - position.sign * spare
        return price if price > 0 else None

    def _freed(self, asset: int) -> Decimal:
        return self.used(self._account.positions[asset])

    def _hold(self, asset: int, notional: Decimal) -> Decimal:
        return usd(notional / self._state.leverage(self._account, asset).value)

    def _mark(self, position: Position) -> Decimal:
        return self._state.assets[position.asset].mark
