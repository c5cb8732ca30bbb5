"""approveAgent: one unnamed and three named agents, two more named for each sub-account."""

import re
from collections.abc import Callable

from tests.kit.hyperliquid.accounts import Agent
from tests.kit.hyperliquid.refusals import Refused
from tests.kit.hyperliquid.requests import Json, Request
from tests.kit.hyperliquid.state import State

_NAMED, _NAMED_PER_SUB = 3, 2
_LONGEST_NAME, _LONGEST_DAYS, _DAY_MS = 16, 180, 86_400_000
_NOBODY = "0x" + "00" * 20
_NAME = re.compile(r"(?P<name>.*?)(?: ?valid_until (?P<until>\d+))?")


def approve(state: State, request: Request) -> Json:
    """The same name, or none, replaces the agent of that name; the zero address only takes it away."""
    address = request.action["agentAddress"].lower()
    name, until = _read(state, request.action.get("agentName") or "")
    own = state.agents_of(request.account.address)
    _check(state, request, address, name, [agent for agent in own if agent.name != name])
    for agent in own:
        if agent.name == name:
            state.drop_agent(agent.address)
    if address != _NOBODY:
        master = request.account.address
        state.agents[address] = Agent(address=address, master=master, name=name, valid_until_ms=until)
    return {"type": "default"}


def _check(state: State, request: Request, address: str, name: str, others: list[Agent]) -> None:
    room = _NAMED + _NAMED_PER_SUB * len(state.subaccounts(request.account.address))
    if name and len([agent for agent in others if agent.name]) >= room:
        raise Refused(state.unknowns.denied.format(what="one more agent"))
    taken = state.agent(address)
    if address in state.accounts or (taken and (taken.master, taken.name) != (request.account.address, name)):
        raise Refused(state.unknowns.denied.format(what="an agent that is used already"))


def _read(state: State, text: str) -> tuple[str, int | None]:
    """ "name valid_until 1800000000000"."""
    found = _NAME.fullmatch(text)
    assert found is not None
    name, until = found["name"], found["until"]
    days = state.unknowns.agent_days
    ends = int(until) if until else None if days is None else state.now_ms + days * _DAY_MS
    latest = state.now_ms + _LONGEST_DAYS * _DAY_MS
    if len(name) > _LONGEST_NAME or (ends is not None and not state.now_ms < ends <= latest):
        raise Refused(state.unknowns.denied.format(what="agent name or expiry"))
    return name, ends


HANDLERS: dict[str, Callable[[State, Request], Json]] = {"approveAgent": approve}
