"""Named breakages: what would happen if one thing in the house were wrong.

Each is injected through a seam and bound to a promise of the product; a play of that promise must fail by assertion.
"""

from collections.abc import Callable
from dataclasses import replace

from agent.errors import Unreadable
from agent.model import Held, Memory, Name, Plan, Rehearsal, Rules, Snapshot, Verdict, View, value
from agent.reading import Fetch
from agent.seams import House, Vault, Venue, Wire
from agent.units import Base
from tests.kit.toys import broken
from tests.kit.toys.case import Change
from tests.kit.toys.through import ThroughJournal
from tests.kit.toys.vault import Keyring

FAR_FUTURE_MS = 10**15


@value
class Breakage:
    promise: int
    change: Change


def _venues(part: Callable[[Venue], Venue]) -> Change:
    return lambda house: replace(house, venues={name: part(venue) for name, venue in house.venues.items()})


def _wires(part: Callable[[Wire], Wire]) -> Change:
    return lambda house: replace(house, wires={lane: part(wire) for lane, wire in house.wires.items()})


def _vault(part: Callable[[Vault], Vault]) -> Change:
    return lambda house: replace(house, vault=house.vault and part(house.vault))


def _journal(part: Callable[[House], ThroughJournal]) -> Change:
    return lambda house: replace(house, journal=part(house))


def _deciding_on(view: Callable[[View, Memory], View]) -> Change:
    """Decides on other views than were read."""

    def change(house: House) -> House:
        def decide(snapshot: Snapshot, memory: Memory) -> Plan:
            views = tuple(view(each, memory) for each in snapshot.views)
            return house.decide(replace(snapshot, views=views), memory)

        return replace(house, decide=decide)

    return change


def _without_orders(view: View, memory: Memory) -> View:
    return replace(view, orders=())


def _as_recorded(view: View, memory: Memory) -> View:
    known = memory.positions
    positions = (replace(p, size=known.get((view.venue, p.market), Base(0))) for p in view.positions)
    return replace(view, positions=tuple(positions))


def _traded_without_spot(house: House) -> House:
    def decide(snapshot: Snapshot, memory: Memory) -> Plan:
        made_up = tuple(Held(wallet=Name("cold"), stamp=view.stamp, holdings=()) for view in snapshot.views)
        return house.decide(replace(snapshot, held=made_up), memory)

    return replace(house, decide=decide)


def _checked_without_memory(house: House) -> House:
    def check(plan: Plan, snapshot: Snapshot, memory: Memory) -> Verdict:
        return house.check(plan, snapshot, Memory())

    return replace(house, check=check)


def _unjudged(house: House) -> House:
    def judge(rehearsal: Rehearsal) -> Rehearsal:
        return rehearsal

    return replace(house, judge=judge)


def _ageless(house: House) -> House:
    def rules(rehearsal: Rehearsal, memory: Memory) -> Rules:
        return replace(house.rules(rehearsal, memory), rehearsal_until_ms=FAR_FUTURE_MS)

    return replace(house, rules=rules)


def _signing_anyway(house: House) -> House:
    return replace(house, vault=Keyring())


def _resent_elsewhere(house: House) -> House:
    return _wires(broken.NewNonceWire)(_vault(broken.CarelessVault)(house))


def _zeros(house: House) -> House:
    """An answer that did not come is a zero."""

    async def moment() -> Fetch:
        fetch = await house.moment()

        async def forgiving(source: Name, requests: tuple[bytes, ...]) -> tuple[bytes | Unreadable, ...]:
            answers = await fetch(source, requests)
            return tuple(b"0" if isinstance(answer, Unreadable) else answer for answer in answers)

        return forgiving

    return replace(house, moment=moment)


BREAKAGES = {
    "decide ignores working orders": Breakage(promise=2, change=_deciding_on(_without_orders)),
    "a stale view is accepted": Breakage(promise=2, change=_checked_without_memory),
    "a nonce of a stranger is taken for ours": Breakage(promise=2, change=_wires(broken.NeverForeignWire)),
    "decide believes the journal": Breakage(promise=2, change=_deciding_on(_as_recorded)),
    "the vault signs other bytes than were rehearsed": Breakage(promise=3, change=_vault(broken.OtherBytesVault)),
    "nobody judges the rehearsal": Breakage(promise=3, change=_unjudged),
    "a rehearsal never grows old": Breakage(promise=3, change=_ageless),
    "a dry run signs": Breakage(promise=3, change=_signing_anyway),
    "the journal forgets the last record": Breakage(promise=4, change=_journal(broken.ForgetfulJournal)),
    "the bytes leave before they are recorded": Breakage(promise=4, change=_journal(broken.HastyJournal)),
    "recovery finds nothing open": Breakage(promise=4, change=_journal(broken.BlindJournal)),
    "a landing is taken for good": Breakage(promise=4, change=_journal(broken.BlindToReorgs)),
    "a resend takes a new nonce": Breakage(promise=4, change=_resent_elsewhere),
    "an unreadable slot is taken for void": Breakage(promise=4, change=_venues(broken.HopelessVenue)),
    "an expired call is sent on": Breakage(promise=4, change=_wires(broken.NeverBurningWire)),
    "a failure counts before it is deep": Breakage(promise=4, change=_venues(broken.HurriedVenue)),
    "what cannot be read counts as zero": Breakage(promise=5, change=_zeros),
    "spot that cannot be read does not matter": Breakage(promise=5, change=_traded_without_spot),
    "flatten believes the journal": Breakage(promise=7, change=_deciding_on(_as_recorded)),
    "flatten forgets working orders": Breakage(promise=7, change=_deciding_on(_without_orders)),
    "flatten waits for a rehearsal": Breakage(promise=7, change=_unjudged),
    "a receipt counts as a fill": Breakage(promise=9, change=_venues(broken.TrustingVenue)),
    "a revert counts as landed": Breakage(promise=9, change=_venues(broken.RosyVenue)),
}
"""By name; the name says what is wrong."""
