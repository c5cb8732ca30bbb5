"""A person's word above any policy, until a date."""

from dataclasses import replace
from datetime import date

from agent.hedge.policies.base import Known, Policy, Wish, require_part
from agent.model import Code, Reason, value
from agent.model.words import percent
from agent.units import Ratio

SOON_DAYS = 7


@value
class Override:
    """`ratio` to the end of that day in UTC; afterwards the policy goes on from what stands then."""

    policy: Policy
    ratio: Ratio
    until: date

    def __post_init__(self) -> None:
        require_part("override", "ratio", self.ratio)

    def __call__(self, known: Known, /) -> Wish:
        left = (self.until - known.today).days
        if left < 0:
            wish = self.policy(known)
            return replace(
                wish, warns=(*wish.warns, self._told(known, "has ended: take it out of the configuration"))
            )
        why = f"{percent(self.ratio)} by hand to the end of {self.until}, whatever the policy wants"
        return Wish(size=self.ratio, why=why, warns=(self._soon(known, left),) if left < SOON_DAYS else ())

    def _soon(self, known: Known, left: int) -> Reason:
        ends = f"in {left} days" if left > 1 else "tomorrow" if left else "today"
        return self._told(known, f"ends {ends}; then the policy decides: {self.policy(known).why}")

    def _told(self, known: Known, what: str) -> Reason:
        said = f"{percent(self.ratio)} by hand {what}"
        return Reason(code=Code.OVERRIDE_ENDS, subject=known.underlying, value=said, limit=f"until {self.until}")
