"""What every dialect of contract calls needs: the transaction around a call, pinned contracts, planned collateral."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from agent.firewall.abi import Call, Methods
from agent.firewall.dialect import Judgement
from agent.firewall.rules import Breach, Rule, breach
from agent.model import Action, Address, EvmTx, Fund, Lane, Payload, Warrant, value


@value
class Envelope:
    """What may stand around a call. `contracts` are checksummed."""

    lane: Lane
    max_gas: int
    contracts: Mapping[Address, Methods]
    payable: Collection[str] = ()
    """Methods that may carry native coins: the dialect itself judges how many."""


def judge_call(payload: Payload, envelope: Envelope, judge: Callable[[Call, EvmTx], Judgement]) -> Judgement:
    """`judge` sees only calls of a pinned contract that are one of its methods in its one spelling."""
    if not isinstance(payload, EvmTx):
        return refused(breach(Rule.DIALECT, "a message", "an EVM transaction"))
    call = _read(payload, envelope.contracts)
    judged = refused(call) if isinstance(call, Breach) else judge(call, payload)
    return replace(judged, breaches=(*_around(payload, call, envelope), *judged.breaches))


def _read(tx: EvmTx, contracts: Mapping[Address, Methods]) -> Call | Breach:
    if tx.to not in contracts:
        return breach(Rule.CONTRACT, tx.to, ", ".join(contracts))
    return contracts[tx.to].read(tx.data)


def _around(tx: EvmTx, call: Call | Breach, envelope: Envelope) -> Iterator[Breach]:
    if tx.lane != envelope.lane:
        yield breach(Rule.LANE, tx.lane, envelope.lane)
    if tx.value and isinstance(call, Call) and call.method not in envelope.payable:
        yield breach(Rule.VALUE, f"{tx.value} wei", "0 wei")
    if tx.gas > envelope.max_gas:
        yield breach(Rule.GAS_LIMIT, tx.gas, f"at most {envelope.max_gas}")


def refused(*breaches: Breach) -> Judgement:
    return Judgement(breaches=breaches)


def actions_of(warrants: Iterable[Warrant]) -> tuple[Action, ...]:
    return tuple(action for warrant in warrants for action in warrant.leg.actions)


def funds_of(warrants: Iterable[Warrant]) -> tuple[Fund, ...]:
    """Collateral that the plan adds (> 0) or takes back (< 0)."""
    return tuple(action for action in actions_of(warrants) if isinstance(action, Fund))


def same(decoded: str, pinned: Address) -> bool:
    """Whatever the case of its letters, it is one address."""
    return decoded.lower() == pinned.lower()


def either(allowed: Iterable[object], otherwise: str) -> str:
    """For the words of a breach."""
    return " or ".join(map(str, allowed)) or otherwise
