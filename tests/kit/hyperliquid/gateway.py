"""From the bytes of a request to the bytes of an answer: limits, faults and the log around both endpoints."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.kit.hyperliquid import info, limits
from tests.kit.hyperliquid.actions import act
from tests.kit.hyperliquid.engine import Engine
from tests.kit.hyperliquid.faults import ON_ARRIVAL, Fault, Faults, Kind, Logged
from tests.kit.hyperliquid.refusals import Broken, Refused, Unreadable
from tests.kit.hyperliquid.requests import Envelope, Request, accept, envelope
from tests.kit.hyperliquid.state import State

_UNREADABLE = "Failed to deserialize the JSON body into the target type"
_PAGE = "<html><body>Please wait</body></html>"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: str
    content_type: str = "application/json"
    is_dropped: bool = False


@dataclass
class _Work:
    """One arrival while it is carried out."""

    path: str
    body: Any
    kind: str
    weight: int = 0
    signer: str | None = None


class Gateway:
    def __init__(self, engine: Engine, budget: limits.IpBudget) -> None:
        self.engine, self.budget = engine, budget
        self.faults, self.log = Faults(), list[Logged]()
        self.before_action: Callable[[], None] = _nothing
        """Called when an action has come in, before anything is done; may kill the sender."""
        self.after_action: Callable[[], None] = _nothing
        """Called when it is done, before the answer goes out."""

    def fault(self, path: str, raw: bytes) -> Fault | None:
        with self.engine.at():
            return self.faults.take(path, _kind(_json(raw)))

    def answer(self, path: str, raw: bytes, fault: Fault | None) -> Reply:
        """What the client gets. With a fault that may be another thing than what was done."""
        if path != "/exchange":
            return self._answer(path, raw, fault)
        self.before_action()
        reply = self._answer(path, raw, fault)
        self.after_action()
        return reply

    def _answer(self, path: str, raw: bytes, fault: Fault | None) -> Reply:
        if fault is None:
            return self._arrive(path, raw, None)
        if fault.kind in ON_ARRIVAL:
            return self._turn_away(path, raw, fault)
        reply = self._arrive(path, raw, fault)
        match fault.kind:
            case Kind.DROP_AFTER:
                return replace(reply, is_dropped=True)
            case Kind.STATUS_AFTER:
                return Reply(fault.status, fault.body, "text/html")
            case Kind.GARBAGE:
                return Reply(200, _PAGE, "text/html")
            case Kind.DUPLICATE_FIRST:
                self._arrive(path, raw, fault)
            case Kind.DUPLICATE_SECOND:
                return self._arrive(path, raw, fault)
            case _:
                pass
        return reply

    def _turn_away(self, path: str, raw: bytes, fault: Fault) -> Reply:
        with self.engine.at() as state:
            work = _Work(path, _json(raw), _kind(_json(raw)))
            if fault.kind is Kind.HOLD:
                self.engine.hold(int(fault.delay_s * 1000), lambda: self._arrive(path, raw, None))
            reply = Reply(fault.status, fault.body, "text/html", fault.kind is not Kind.STATUS_BEFORE)
            self._note(state, work, reply, fault)
            return reply

    def _arrive(self, path: str, raw: bytes, fault: Fault | None) -> Reply:
        with self.engine.at() as state:
            work = _Work(path, _json(raw), _kind(_json(raw)))
            reply = self._reply(state, work, fault)
            self._note(state, work, reply, fault)
            return reply

    def _reply(self, state: State, work: _Work, fault: Fault | None) -> Reply:
        if work.body is _NO_JSON:
            return Reply(400, "Failed to parse the request body as JSON", "text/plain")
        try:
            return self._carry_out(state, work, fault)
        except Unreadable:
            return Reply(422, _UNREADABLE, "text/plain")
        except Broken:
            return Reply(500, "null")
        except Refused as refusal:
            return Reply(200, json.dumps({"status": "err", "response": str(refusal)}))

    def _carry_out(self, state: State, work: _Work, fault: Fault | None) -> Reply:
        found = envelope(work.body) if work.path == "/exchange" else None
        work.weight = limits.exchange_weight(found.count) if found else limits.info_weight(work.kind)
        if not self.budget.has(work.weight, state.now_ms):
            work.weight = 0
            return Reply(state.unknowns.ip_status, state.unknowns.ip_body, "text/plain")
        self.budget.spend(work.weight, state.now_ms)
        if found:
            return Reply(200, json.dumps({"status": "ok", "response": self._exchange(state, work, found)}))
        return self._info(state, work, fault)

    def _info(self, state: State, work: _Work, fault: Fault | None) -> Reply:
        answer = info.ask(fault.past if fault and fault.past else state, work.body)
        more = limits.items_weight(work.kind, answer)
        self.budget.spend(more, state.now_ms)
        work.weight += more
        return Reply(200, json.dumps(answer))

    def _exchange(self, state: State, work: _Work, found: Envelope) -> Any:
        request = accept(state, found)
        work.signer = request.signer
        _check_in_time(state, found, request)
        limits.check_actions(request.account, found.count, found.is_cancel, state.now_ms, state.unknowns)
        state.nonces.use(request.signer, found.nonce, state.now_ms)
        limits.charge(request.account, found.count, state.now_ms)
        return act(state, request)

    def _note(self, state: State, work: _Work, reply: Reply, fault: Fault | None) -> None:
        body = None if work.body is _NO_JSON else work.body
        self.log.append(
            Logged(
                number=len(self.log) + 1, time_ms=state.now_ms, path=work.path, kind=work.kind, body=body,
                weight=work.weight, status=reply.status, answer=reply.body, signer=work.signer,
                fault=fault.kind.value if fault else None,
            )
        )  # fmt: skip


def _nothing() -> None: ...


def _check_in_time(state: State, found: Envelope, request: Request) -> None:
    """Raises Refused; an expired action costs five."""
    if found.expires_after is not None and state.now_ms > found.expires_after:
        limits.charge(request.account, limits.EXPIRED_COST * found.count, state.now_ms)
        raise Refused(state.unknowns.expired.format(expires=found.expires_after))


_NO_JSON = object()


def _json(raw: bytes) -> Any:
    """Keys in the order of the body. A fraction is no number here: amounts are strings."""
    try:
        return json.loads(raw, object_pairs_hook=_unique, parse_float=_Fraction)
    except ValueError:
        return _NO_JSON


@dataclass(frozen=True, slots=True)
class _Fraction:
    """Fits no shape."""

    text: str


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _kind(body: Any) -> str:
    """The type of an action or a reading."""
    if not isinstance(body, dict):
        return ""
    inner = body.get("action", body)
    return str(inner.get("type", "")) if isinstance(inner, dict) else ""
