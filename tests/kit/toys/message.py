"""A venue that takes signed requests: no chain, no fork, no fee; a request dies by its own expiry."""

import json
from dataclasses import replace

from agent.model import (
    Action,
    Cancel,
    Cannot,
    Code,
    Draft,
    Happening,
    Intent,
    Lane,
    Leg,
    Message,
    Name,
    Outcome,
    Protect,
    Reason,
    State,
    Terms,
    Trade,
    View,
)
from agent.reading import Reading
from agent.seams import Stage
from agent.units import Base
from tests.kit.toys import words
from tests.kit.toys.onchain import settlement, trade_call
from tests.kit.toys.world import API, MESSAGE, REST, SIZE_DECIMALS, Json


class Requests:
    name: Name = MESSAGE
    lane: Lane = API

    def observe(self) -> Reading[View]:
        at, size = words.head(REST), words.number(REST, "size/message")
        money, stops = words.number(REST, "money/message"), words.rows(REST, "stops")
        seen = yield (at, size, money, stops)
        orders = tuple(words.order(ref, stop, "protective", 0) for ref, stop in seen[stops].items())
        return words.view(self.name, seen[at], seen[size], seen[money], orders)

    def happened(self, view: View, since_ms: int) -> Reading[tuple[Happening, ...]]:
        return words.happened(REST, view, since_ms)

    def probe(self, intent: Intent) -> Reading[Outcome]:
        payload = intent.attempts[0].payload
        assert isinstance(payload, Message)
        at, fate = words.head(REST), words.row(REST, f"fate/{json.loads(payload.body)['id']}")
        seen = yield (at, fate)
        found, stamp = seen[fate], seen[at]
        if found is None:
            state = State.SIGNED if stamp.time_ms <= payload.expires_ms else State.VOID
            reason = None if state is State.SIGNED else Reason(code=Code.BURNED, subject=self.name)
            return Outcome(state=state, stamp=stamp, reason=reason)
        if found["rejected"]:
            return Outcome(state=State.REFUSED, stamp=stamp, reason=Reason(code=Code.CANCELLED, subject=self.name))
        return Outcome(state=State.DONE, stamp=stamp, settlement=settlement(found["filled"]))

    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
        bodies = [_body(action) for action in leg.actions]
        if None in bodies:
            return Cannot(leg=leg, reason=Reason(code=Code.UNSUPPORTED, subject=self.name))
        requests = (_request(body, replace(terms, nonce=terms.nonce + n)) for n, body in enumerate(bodies) if body)
        return Draft(leg=leg, payloads=tuple(requests))

    async def rehearse(self, draft: Draft, view: View, stage: Stage) -> View:
        """The model says what the book would do."""
        traded = sum((action.size for action in draft.leg.actions if isinstance(action, Trade)), Base(0))
        [before] = view.positions
        return replace(view, positions=(replace(before, size=before.size + traded),))


def _body(action: Action) -> Json | None:
    if isinstance(action, Trade):
        return trade_call(action, MESSAGE)
    if isinstance(action, Protect):
        return {"do": "protect", "size": action.size.to_int(SIZE_DECIMALS)}
    if isinstance(action, Cancel):
        return {"do": "cancel", "order": action.order_id}
    return None


def _request(what: Json, terms: Terms) -> Message:
    data = words.body(**what, id=f"c{terms.nonce}")
    return Message(lane=terms.lane, nonce=terms.nonce, expires_ms=terms.expires_ms, url="rest", body=data)
