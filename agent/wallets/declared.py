"""Spot that cannot be read, on the user's word and until a date."""

from agent.evm import head
from agent.model import Held, Holding, Name, Stamp, value
from agent.reading import Reading
from agent.units import Base


@value
class Declared:
    """Counts until `expires_ms`; the hedge stops then, until a person renews it.

    `source` is any chain, for the time of the snapshot; without one the declaration has no time of its own (0).
    """

    name: Name
    underlying: Name
    amount: Base
    expires_ms: int
    source: Name | None = None

    def observe(self) -> Reading[Held]:
        stamp = Stamp(source=self.name, time_ms=0)
        if self.source is not None:
            now = head(self.source)
            stamp = (yield (now,))[now]
        holding = Holding(
            where=self.name,
            underlying=self.underlying,
            amount=self.amount,
            asset="declared",
            units=str(self.amount),
            expires_ms=self.expires_ms,
        )
        return Held(wallet=self.name, stamp=stamp, holdings=(holding,))
