"""What a replay takes for granted beside its prices."""

from agent.model import Name, value
from agent.units import Base, Ratio, Usd

WALLET, VENUE = Name("wallet"), Name("venue")
"""The one wallet and the one venue of a replay."""


@value
class Conditions:
    amount: Base = Base(10)
    """Coins in the wallet, from the first bar to the last."""
    capital: Usd | None = None
    """The operator's reserve at the start; None: as much as the coins are worth then."""
    fee: Ratio = Ratio("0.00045")
    """Of the notional of each fill: a taker's."""
    slippage: Ratio = Ratio("0.0002")
    """How much worse than the last trade each fill is, whatever its size."""
    lot: Base = Base("0.001")
    minimum: Usd = Usd(10)
    """The smallest order that the venue takes."""
    initial_margin: Ratio = Ratio("0.05")
    maintenance_margin: Ratio = Ratio("0.025")
    margin: bool = True
    """Without it collateral never ends: nothing is posted and nothing liquidated."""
    every: int = 1
    """A run at every so many bars."""
