"""What a replay found."""

from collections.abc import Mapping

from agent.model import Code, value
from agent.replay.curve import Drawdown
from agent.replay.tape import Holes
from agent.units import Price, Ratio, Usd


@value
class Result:
    """All of it between the end of the first bar and the end of the last."""

    since_ms: int
    until_ms: int
    opened: Price
    closed: Price
    """Spot at both ends."""
    start: Usd
    """What the coins were worth."""
    capital: Usd | None
    """The reserve at the start; None: margin was off."""
    spot: Usd
    perp: Usd
    funding: Usd
    """Received; < 0: paid."""
    fees: Usd
    slippage: Usd
    lost: Usd
    """The margin that liquidations took."""
    unhedged: Drawdown
    hedged: Drawdown
    tracking_error: Ratio | None
    """Of coins and hedge together, a year; None for less than two days."""
    turnover: Usd
    trades: int
    liquidations: int
    held: Mapping[Code, int]
    """By reason: legs that a gate held back, plans that came to none, and trades beyond their price bound."""
    undecided: int
    """Bars in which the policy could not say."""
    ratio: Ratio
    """The share of the coins that was hedged, on average over the bars."""
    holes: Holes

    @property
    def hedge(self) -> Usd:
        return self.perp + self.funding - self.fees - self.slippage - self.lost

    @property
    def total(self) -> Usd:
        return self.spot + self.hedge

    @property
    def cost(self) -> Usd:
        """What hedging took, price moves aside; < 0: it earned."""
        return self.fees + self.slippage + self.lost - self.funding
