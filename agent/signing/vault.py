"""The only holder of keys: what the firewall lets through is signed, nothing else."""

from collections.abc import Mapping
from typing import Protocol

from agent.errors import Refused
from agent.firewall import Firewall, Rule, refuse
from agent.model import Address, Intent, Lane, Name, Payload, Rules, Signed


class Signer(Protocol):
    """The key of one lane. Raises Refused when the bytes it made are not the payload it was given."""

    @property
    def address(self) -> Address: ...
    def seal(self, venue: Name, payload: Payload) -> Signed:
        """Deterministic: the same payload gives the same bytes."""
        ...


class LocalVault:
    """Keys in this process, one signer per lane. Raises Refused with the first rule that a payload breaks."""

    def __init__(self, firewall: Firewall, signers: Mapping[Lane, Signer]) -> None:
        self._firewall, self._signers = firewall, signers
        self._round: Rules | None = None
        self._signed: list[tuple[Name, Payload]] = []

    def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed:
        """The first attempt on a slot. One Rules is one round: its budgets are used up by what was signed before."""
        if rules is not self._round:
            self._round, self._signed = rules, []
        before = [each for each in self._signed if each != (venue, payload)]
        refuse(self._firewall.first(venue, payload, rules, before))
        signed = self._signer(payload.lane).seal(venue, payload)
        self._signed = [*before, (venue, payload)]
        return signed

    def again(self, intent: Intent, payload: Payload) -> Signed:
        """Another attempt on a slot whose first attempt is ours."""
        signer, first = self._signer(payload.lane), intent.attempts[0]
        refuse(self._firewall.again(intent, payload, signer.address))
        # There are no warrants here: that the call was judged once is shown by a signature only we could have made.
        if signer.seal(first.venue, first.payload).raw != first.raw:
            raise Refused(Rule.NOT_OURS, first.ref)
        return signer.seal(intent.venue, payload)

    def _signer(self, lane: Lane) -> Signer:
        if lane not in self._signers:
            raise Refused(Rule.LANE, lane, ", ".join(self._signers) or "no key is loaded")
        return self._signers[lane]
