"""Hysteresis: ratios in steps that are not left again by the way they were reached."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from agent.model import Wished, value
from agent.units import Ratio


@value
class Stairs:
    """From a floor to a ceiling in equal steps; one step is a plain switch."""

    floor: Ratio
    ceiling: Ratio
    steps: int = 1

    def at(self, step: int) -> Ratio:
        return self.floor + (self.ceiling - self.floor) * Ratio(Decimal(step) / self.steps)

    def nearest(self, ratio: Ratio) -> int:
        """The step of a ratio that may have been wanted for other reasons: by hand, or with other parameters."""
        return self._step((ratio - self.floor) / (self.ceiling - self.floor), ROUND_HALF_EVEN)

    def settled(self, last: Wished | None, height: Ratio) -> Ratio:
        """Where the stairs stand at this height: 0 is the floor's threshold, 1 the ceiling's.

        A step is kept until the height is a whole step away from it: whatever plays between two thresholds moves
        nothing. Without a last one, the nearest.
        """
        if last is None:
            return self.at(self._step(height, ROUND_HALF_EVEN))
        lowest, highest = self._step(height, ROUND_FLOOR), self._step(height, ROUND_CEILING)
        return self.at(min(max(self.nearest(last.ratio), lowest), highest))

    def _step(self, height: Ratio, rounding: str) -> int:
        return min(max(int((height.raw * self.steps).to_integral_value(rounding)), 0), self.steps)


def height(now: Ratio, low: Ratio, high: Ratio) -> Ratio:
    """How far `now` is on the way from one threshold to the other."""
    return (now - low) / (high - low)
