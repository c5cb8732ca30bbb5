"""The account of a replay: what it holds at the venue and in reserve, and where every dollar of it went."""

from agent.hedge.bound import slipped, worse, worth
from agent.model import Rate, Trade
from agent.replay.conditions import Conditions
from agent.units import Base, Price, Usd

NOTHING = Usd(0)


class Account:
    """money + reserve = capital + flow + funding - fees - slippage - lost, always."""

    def __init__(self, conditions: Conditions, reserve: Usd) -> None:
        self.conditions, self.reserve, self.size = conditions, reserve, Base(0)
        self.money = NOTHING
        """Posted collateral with all that was paid and received since: the equity is money + size * price."""
        self.flow = NOTHING
        """What fills brought and took: the price P&L is flow + size * price."""
        self.funding = self.fees = self.slippage = NOTHING
        self.lost = NOTHING
        """The margin that liquidations took."""
        self.turnover, self.trades, self.liquidations = NOTHING, 0, 0

    def equity(self, price: Price) -> Usd:
        return self.money + self.size * price

    def gained(self, price: Price) -> Usd:
        """Everything that the hedge brought, the position counted at this price."""
        return self.flow + self.size * price + self.funding - self.fees - self.slippage - self.lost

    @property
    def break_even(self) -> Price:
        """Where the position as it stands has brought and cost nothing."""
        return Price(-self.flow.raw / self.size.raw) if self.size else Price(0)

    def fund(self, amount: Usd) -> None:
        self.reserve -= amount
        self.money += amount

    def fill(self, trade: Trade, last: Price) -> bool:
        """At the last trade, made worse by fee and slippage; False where that is beyond the trade's bound."""
        terms, size = self.conditions, trade.size
        if worse(last * slipped(terms.fee, size) * slipped(terms.slippage, size), trade.worst, size):
            return False
        notional = worth(size, last)
        self._move(size, last)
        self._pay(fees=notional * terms.fee, slippage=notional * terms.slippage)
        self.turnover += notional
        self.trades += 1
        return True

    def _move(self, size: Base, price: Price) -> None:
        self.size += size
        self.flow -= size * price
        self.money -= size * price

    def _pay(self, *, fees: Usd = NOTHING, slippage: Usd = NOTHING, lost: Usd = NOTHING) -> None:
        self.fees += fees
        self.slippage += slippage
        self.lost += lost
        self.money -= fees + slippage + lost

    def settle(self, rate: Rate, mark: Price) -> None:
        """One funding payment: rate * mark * size, received by a short where the rate is above 0."""
        received = -(self.size * mark) * rate.value
        self.funding += received
        self.money += received

    def endangered(self, worst: Price) -> bool:
        """Whether the equity was below the maintenance margin at this mark."""
        return bool(self.size) and self.equity(worst) < self._maintenance(worst)

    def liquidate(self) -> None:
        """The venue closes all at the mark where equity and maintenance margin met, and keeps what is left.

        From  money + size * P = fraction * |size| * P.
        """
        coins = abs(self.size) * self.conditions.maintenance_margin - self.size
        self._move(-self.size, Price(self.money.raw / coins.raw))
        self._pay(lost=self.money)
        self.liquidations += 1

    def _maintenance(self, mark: Price) -> Usd:
        return worth(self.size, mark) * self.conditions.maintenance_margin
