"""A vault whose signature is the payload written out. Slots are judged by the firewall's own rules."""

import json

from agent.firewall import another_attempt, first_attempt, refuse
from agent.model import Intent, Name, Payload, Rules, Signed
from agent.model.plain import plain
from tests.kit.toys.world import OPERATOR, name_of


class Keyring:
    def __init__(self) -> None:
        self.asked: list[Payload] = []

    def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed:
        self.asked.append(payload)
        refuse(first_attempt(payload, rules))
        return seal(venue, payload)

    def again(self, intent: Intent, payload: Payload) -> Signed:
        self.asked.append(payload)
        refuse(another_attempt(intent, payload, OPERATOR))
        return seal(intent.venue, payload)


def seal(venue: Name, payload: Payload) -> Signed:
    """Deterministic, and readable again: the bytes are all that the world is given."""
    raw = json.dumps(plain(payload)).encode()
    return Signed(venue=venue, payload=payload, raw=raw, ref=name_of(raw))
