"""The real program with one thing wrong: `python -m tests.kit.faults.broken NAME run [--steps OUT,IN]`.

The house is built as always and broken through one seam. What the fault tests assert must catch each of these.
"""

import argparse
import asyncio
import json
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from getpass import getpass
from pathlib import Path
from typing import TypeAlias

from agent import cycle
from agent.cli.execute import tap
from agent.errors import Exit, HedgekeeperError
from agent.model import Code, EvmTx, Intent, Memory, Name, Outcome, Payload, Reason, Rules, Signed, State, View
from agent.reading import Reading
from agent.seams import House
from agent.settings import Configuration, load
from agent.signing.evm import EvmSigner
from agent.signing.keys import load_key
from agent.units import Usd
from agent.wiring import opened
from tests.kit.faults.operator import CONFIG
from tests.kit.toys.broken import BlindJournal, ForgetfulJournal, NewNonceWire
from tests.kit.toys.through import ThroughJournal, ThroughVault, ThroughVenue, ThroughWire

Change: TypeAlias = Callable[[House, Configuration], House]


class UnjudgedVault(ThroughVault):
    """Signs whatever it is told, itself."""

    def __init__(self, house: House, settings: Configuration) -> None:
        assert house.vault is not None
        super().__init__(house.vault)
        [place], [chain] = settings.keys.values(), settings.chains.values()
        key = load_key(place, settings.folder, getpass)
        assert key is not None
        self.house, self.url = house, chain.rpc[0]
        self.signer = EvmSigner(key=key, chain_id=chain.id)

    def again(self, intent: Intent, payload: Payload) -> Signed:
        return self.signer.seal(intent.venue, payload)


class AlteringVault(UnjudgedVault):
    """What was rehearsed is judged, and the trade is signed with one byte altered."""

    def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed:
        super().sign(venue, payload, rules)
        return self.signer.seal(venue, altered(payload))


class AlteredVault(ThroughVault):
    """One byte of the trade is altered on its way to the vault."""

    def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed:
        return super().sign(venue, altered(payload), rules)


class HastyVault(UnjudgedVault):
    """The bytes leave as soon as they are signed."""

    def sign(self, venue: Name, payload: Payload, rules: Rules) -> Signed:
        signed = super().sign(venue, payload, rules)
        call = {"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction", "params": ["0x" + signed.raw.hex()]}
        body, headers = json.dumps(call).encode(), {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.url, body, headers)) as answer:  # noqa: S310
            answer.read()
        self.house.tap("sent early")
        return signed


class HopelessVenue(ThroughVenue):
    """What was sent and is not mined is taken for void."""

    def probe(self, intent: Intent) -> Reading[Outcome]:
        outcome = yield from super().probe(intent)
        if outcome.state is not State.SIGNED or not intent.said:
            return outcome
        return replace(outcome, state=State.VOID, reason=Reason(code=Code.BURNED, subject=intent.lane))


class BlindVenue(ThroughVenue):
    """An order that waits for a keeper is not seen, nor is the collateral that waits with it."""

    def observe(self) -> Reading[View]:
        view = yield from super().observe()
        return replace(view, orders=(), equity=view.equity if view.positions else Usd(0))


class OrderlessJournal(ThroughJournal):
    """Does not know which orders of ours have not ended: it would hold back the increase that nobody sees waiting."""

    def memory(self) -> Memory:
        return replace(super().memory(), working={})


class LateWire(ThroughWire):
    """An expired call is sent on."""

    def next(self, intent: Intent) -> Reading[Payload | None]:
        yield from super().next(intent)
        return intent.attempts[-1].payload


def altered(payload: Payload) -> Payload:
    """The last byte of a trade says who has referred us: any value fills."""
    if not isinstance(payload, EvmTx) or len(payload.data) < _TRADE_BYTES:
        return payload
    return replace(payload, data=payload.data[:-1] + bytes([payload.data[-1] ^ 1]))


_TRADE_BYTES = 200


def _new_nonces(house: House, settings: Configuration) -> House:
    wires = {lane: NewNonceWire(wire) for lane, wire in house.wires.items()}
    return replace(house, wires=wires, vault=UnjudgedVault(house, settings))


BROKEN: dict[str, Change] = {
    "healthy": lambda house, settings: house,
    "the journal forgets a record": lambda house, settings: replace(house, journal=ForgetfulJournal(house)),
    "recovery finds nothing open": lambda house, settings: replace(house, journal=BlindJournal(house)),
    "bytes leave before they are recorded": lambda house, settings: replace(house, vault=HastyVault(house, settings)),
    "no receipt is taken for void": lambda house, settings: replace(
        house, venues={name: HopelessVenue(venue) for name, venue in house.venues.items()}
    ),
    "orders that wait are not seen": lambda house, settings: replace(
        house,
        venues={name: BlindVenue(venue) for name, venue in house.venues.items()},
        journal=OrderlessJournal(house),
    ),
    "a resend takes a new nonce": _new_nonces,
    "an expired call is sent on": lambda house, settings: replace(
        house, wires={lane: LateWire(wire) for lane, wire in house.wires.items()}
    ),
    "a byte is altered after the firewall": lambda house, settings: replace(
        house, vault=AlteringVault(house, settings)
    ),
    "a byte is altered before the firewall": lambda house, settings: replace(
        house, vault=house.vault and AlteredVault(house.vault)
    ),
}


def broken(name: str) -> tuple[str, ...]:
    """As a program to start."""
    assert name in BROKEN
    return ("-m", "tests.kit.faults.broken", name)


async def run(name: str, steps: str | None) -> Exit:
    settings = load(Path(CONFIG))
    async with opened(settings, sign=True, tap=tap(steps)) as works, works.run("run") as diary:
        report = await cycle.run(BROKEN[name](works.house, settings))
        diary.close(report.exit, name)
        return report.exit


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=BROKEN)
    parser.add_argument("command", choices=["run"])
    parser.add_argument("--steps")
    args = parser.parse_args()
    try:
        return asyncio.run(run(args.name, args.steps))
    except HedgekeeperError as error:
        print(error, file=sys.stderr)
        return error.exit


if __name__ == "__main__":
    sys.exit(main())
