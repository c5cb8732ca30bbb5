"""The configuration's names for what the line knows by number: lanes, chains, contracts, and what a call does."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from agent.cli import lanes, show
from agent.model import Address, Code, EvmTx, Intent, Lane, Message, Name, OwnerCall, Payload, State, value
from agent.model.reasons import AS_CONFIGURED
from agent.model.words import GAS_COIN, coins, figure, price, usd
from agent.units import Ratio, Usd
from agent.venues.told import Told
from agent.wallets.tokens import coin_of

if TYPE_CHECKING:
    from agent.settings import Configuration

TELLERS = {"perp-v2": "perp_v2", "gmx-v2": "gmx_v2", "hyperliquid": "hyperliquid"}
"""By kind of venue, the room whose `words.told` says what a call's bytes, or a message's body, do."""
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_SOMEONE = re.compile(r"\b(?:(?:operator|account|agent) )?(0x[0-9a-fA-F]{40})\b")
"""The name says what it is."""
_ORDER = re.compile(r"\border (0x[0-9a-fA-F]{64})\b")
_TOKENS = {"index": "index token", "long": "long token", "short": "short token"}
"""Of a market: what backs its shorts is no short."""
_COIN_DECIMALS = 18
"""Of the chain's own coin, on every EVM chain."""


@value
class Words:
    settings: "Configuration"

    def text(self, text: str) -> str:
        """With every lane in it as a person says it, operator (0x70...79C8) on arbitrum, addresses and order ids
        likewise, gas in the coin's own name, and the file for the configuration.

        The pure rooms know no coin's name; where the chains have different ones it stays "of the chain's coin".
        """
        names = {coin_of(chain.id) or GAS_COIN for chain in self.settings.chains.values()}
        coin = names.pop() if len(names) == 1 else GAS_COIN
        text = text.replace(GAS_COIN, coin).replace(AS_CONFIGURED, f"what {self.settings.file} says")
        text = _ORDER.sub(lambda found: f"order {short(found[1])}", text)
        return _SOMEONE.sub(self._by_name, lanes.lanes_named(text, self._chain))

    def _by_name(self, found: re.Match[str]) -> str:
        """Like cold (0x70...79C8). What is no key, wallet or account of ours stays as it is."""
        name = self.people().get(found[1].lower())
        return f"{name} ({short(found[1])})" if name else found[0]

    def does(self, venue: Name, payload: Payload) -> str:
        """Like: sell 18.1 ETH at no less than 1,978.02."""
        if not isinstance(payload, EvmTx):
            message = self._told(venue, payload.body)
            return message.says if message else "a message"
        told = self._told(venue, payload.data)
        return told.says if told else f"call 0x{payload.data[:4].hex()} of {self.address(payload.to)}"

    def intent(self, intent: Intent) -> str:
        return self.does(intent.venue, intent.attempts[0].payload)

    def cost(self, intents: Iterable[Intent]) -> Iterator[str]:
        """Fees and gas of all of them together; nothing where nothing was paid."""
        settled = [(self._coin(intent.lane), intent.settlement) for intent in intents if intent.settlement]
        if not settled:
            return
        gas, back = Counter[str](), Counter[str]()
        for coin, found in settled:
            gas[coin] += found.gas_wei
            back[coin] += found.returned_wei
        fee = usd(sum((found.fee for _, found in settled), Usd(0)))
        spent = _in_coins(gas)
        yield f"cost {fee} and {spent} of gas" if spent else f"cost {fee}"
        if returned := _in_coins(back):
            yield f"the operator paid {_in_coins(gas + back)}, of which {returned} came back to the account"

    def calls(self, calls: Sequence[OwnerCall]) -> Iterator[str]:
        """The block of those that are to be signed, with every address in full; none where there are none."""
        if calls:
            yield f"for the owner to sign\n{show.calls(calls, self.call)}"

    def call(self, call: OwnerCall) -> tuple[str, ...]:
        """What its bytes say, for who is to sign them; empty where they are not understood."""
        venues = [name for name, venue in self.settings.venues.items() if venue.account == call.sender]
        told = next((told for name in venues if (told := self._told(name, call.data))), None)
        if told is None:
            return ()
        return (
            f"{told.method}: {told.says}",
            *([f"until {show.moment(told.until_s * 1000)}"] if told.until_s else []),
        )

    def address(self, address: Address) -> str:
        """By its name in the configuration, else shortened."""
        return self.addresses().get(address.lower(), short(address))

    def addresses(self) -> dict[str, str]:
        """Names by address, in lower case. Where two names share one, the first counts: keys, wallets, venues."""
        found = (pair for name, venue in self.settings.venues.items() for pair in _named(name, venue.model_dump()))
        return {address.lower(): name for name, address in reversed(list(found))} | self.people()

    def people(self) -> dict[str, str]:
        """The same of keys, wallets and accounts alone."""
        found: list[tuple[str, str]] = [(name, key.address) for name, key in self.settings.keys.items()]
        found += [(name, wallet.address) for name, wallet in self.settings.wallets.items()]
        found += [(f"{name} account", venue.account) for name, venue in self.settings.venues.items()]
        return {address.lower(): name for name, address in reversed(found)}

    def _told(self, venue: Name, data: bytes) -> Told | None:
        configured = self.settings.venues.get(venue)
        if configured is None:
            return None
        told: Told | None = import_module(f"agent.venues.{TELLERS[configured.kind]}.words").told(configured, data)
        return told

    def _chain(self, chain_id: int) -> str:
        return next((name for name, at in self.settings.chains.items() if at.id == chain_id), f"chain {chain_id}")

    def _coin(self, lane: Lane) -> str:
        found = lanes.EVM.match(lane)
        return (coin_of(int(found[1])) if found else None) or GAS_COIN


def _named(name: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every address in a venue's table by the venue and its key: perp vault."""
    for key, found in table.items():
        if isinstance(found, Mapping):
            yield from _named(name if key == "contracts" else f"{name} {_TOKENS.get(key, key)}", found)
        elif isinstance(found, str) and _ADDRESS.fullmatch(found):
            yield name if key == "address" else f"{name} {key.replace('_', ' ')}", found


def _in_coins(wei: Counter[str]) -> str:
    paid = ((coin, Ratio.from_int(each, _COIN_DECIMALS)) for coin, each in wei.items() if each)
    return " and ".join(f"{figure(amount.raw, 6)} {coin}" for coin, amount in paid)


def short(address: str) -> str:
    return f"{address[:6]}...{address[-4:]}"


def became(intent: Intent) -> str:
    """The state of an intent in words, with what it filled."""
    if isinstance(intent.attempts[0].payload, Message):
        return ", ".join((_TAKEN[intent.state], *_filled(intent)))
    said = _STATES[intent.state]
    if intent.state is State.SIGNED:
        said = "sent, not mined" if intent.said else "signed, not sent"
    if intent.state is State.LANDED and intent.order_id:
        said = "mined, the order is working"
    if intent.reason:
        said = _ENDS.get(intent.reason.code, said)
    return ", ".join((said, *_filled(intent)))


def _filled(intent: Intent) -> Iterator[str]:
    done = intent.settlement
    if done and done.filled:
        verb = "sold" if done.filled.sign() < 0 else "bought"
        yield f"{verb} {coins(abs(done.filled))}" + (f" at {price(done.price)}" if done.price else "")


_STATES = {
    State.SIGNED: "signed",
    State.LANDED: "mined, not final",
    State.DONE: "mined",
    State.REFUSED: "reverted",
    State.VOID: "void",
}
_TAKEN = {
    State.SIGNED: "sent, not known to be taken",
    State.LANDED: "taken, the order is working",
    State.DONE: "taken",
    State.REFUSED: "refused",
    State.VOID: "never taken",
}
"""Of a message: nothing is mined."""
_ENDS = {
    Code.CANCELLED: "cancelled by the venue",
    Code.NOT_EXECUTABLE: "cancelled by the venue, and the next one would be, too",
    Code.BURNED: "burned: it was not mined in time",
    Code.REPLACED: "its slot was used by another transaction",
}
