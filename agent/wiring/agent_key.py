"""A new agent key for Hyperliquid: made, kept encrypted, and let in by the account's owner."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from agent.errors import ConfigError, NeedsPerson, Unreadable
from agent.fields import check_url, parse_address
from agent.message_slot import question
from agent.model import Address, Name, value
from agent.model.times import DAY_MS
from agent.reading import Read, Reading, drive
from agent.signing.hyperliquid_owner import (
    CHAIN,
    LONGEST_NAME,
    MAX_VALID_DAYS,
    Action,
    approve_agent,
    owner_body,
    owner_data,
    signed_by_owner,
    signer_of,
)
from agent.signing.keys import Key, load_key
from agent.signing.typed import Signature, TypedData
from agent.tables import KeySettings
from agent.venues.hyperliquid.settings import URLS
from agent.wire.info import Info
from agent.wire.replies import said

T = TypeVar("T")

SOURCE = Name("hyperliquid")
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")


@value
class Exchange:
    """Where an account is. The network is what signatures are for, and is never read from the URL."""

    network: str
    url: str
    account: Address

    @property
    def testing(self) -> bool:
        """Whether an owner's key may lie in a file."""
        return self.network == "testnet" or bool(_LOOPBACK.fullmatch(urlsplit(self.url).hostname or ""))


def exchange(network: str, account: str, url: str | None) -> Exchange:
    """Raises ConfigError for what is no address or no URL."""
    try:
        at = check_url(url) if url else URLS[network]
        return Exchange(network=network, url=at.rstrip("/"), account=parse_address(account))
    except ValueError as error:
        raise ConfigError(f"--account and --url: {error}") from None


@value
class Seen:
    """What the exchange knows before the key is let in."""

    time_ms: int
    owner: Address
    taken: bool
    """The key's address is no stranger there."""
    named: Mapping[str, str]
    """Agents by name: their addresses."""


@value
class Approval:
    """What the owner signs. `replaces` is the key that loses its name, and so its permission."""

    owner: Address
    agent: Address
    until_ms: int
    action: Action
    replaces: str | None

    @property
    def data(self) -> TypedData:
        return owner_data(self.action)


def check_words(name: str, days: int) -> None:
    """Before anything is asked or made."""
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise ConfigError(f"--name: {name!r}: at most {LONGEST_NAME} letters, digits, dots or dashes, without blanks")
    if days > MAX_VALID_DAYS:
        raise ConfigError(f"--days: {days}: the exchange lets an agent in for {MAX_VALID_DAYS} days at most")


async def prepare(where: Exchange, agent: Address, name: str, days: int, chain_id: int | None) -> Approval:
    """Raises ConfigError where the account is none that can let a key in, NeedsPerson where the key is known."""
    seen = await _look(where, agent)
    if seen.taken:
        raise NeedsPerson(f"{agent}: the exchange knows this address already, and a key is never used twice")
    until_ms = seen.time_ms + days * DAY_MS
    action = approve_agent(where.network, agent, name, until_ms, seen.time_ms, chain_id)
    return Approval(owner=seen.owner, agent=agent, until_ms=until_ms, action=action, replaces=seen.named.get(name))


def owner_key(where: Exchange, place: str, owner: Address, folder: Path) -> Key:
    """The owner's key, for a test network or an exchange on this machine alone."""
    kind, _, at = place.partition(":")
    if not where.testing:
        raise ConfigError("--send: an owner's key is for testnet, or for an exchange on this machine, only")
    if kind not in ("env", "file"):
        raise ConfigError("--send: name the owner's key by env:NAME or file:PATH, never the key itself")
    try:
        key = load_key(KeySettings.model_validate({"address": owner, kind: at}), folder, lambda prompt: "")
    except ValueError:  # not repeated: it may be the key itself
        raise ConfigError(f"--send: what stands after {kind}: is no name of one") from None
    if key is None:
        raise ConfigError(f"--send: {kind}: names no key")
    return key


async def send_signed(where: Exchange, approval: Approval, key: Key) -> str:
    """Signed with the owner's own key and sent; answers with what the exchange said.

    What it says, or that no answer came, decides nothing: raises NeedsPerson where it does not list the key then.
    """
    async with Info(SOURCE, where.url) as info:
        try:
            words = await _posted(where, info, signed_by_owner(approval.action, key))
        except Unreadable as error:
            words = f"no answer: {error}"
        [listed] = await drive([_agents(approval.owner)], info)
    if approval.agent.lower() not in listed.values():
        raise NeedsPerson(
            f"{approval.agent}: the exchange does not list it, and said: {words}. Its keystore is kept: use it only "
            "where the exchange lists it later, else begin anew"
        )
    return words


async def send_from_wallet(where: Exchange, action: Action, signature: Signature) -> str:
    """A wallet's signature. Raises NeedsPerson when it is not the owner's."""
    if action["hyperliquidChain"] != CHAIN[where.network]:
        raise ConfigError(f"the message is for {action['hyperliquidChain']}, but the account is on {where.network}")
    owner, signer = (await _look(where, where.account)).owner, signer_of(action, signature)
    if signer != owner:
        raise NeedsPerson(f"the signature is that of {signer}, but {owner} is the owner of {where.account}")
    async with Info(SOURCE, where.url) as info:
        return await _posted(where, info, owner_body(action, signature))


async def _posted(where: Exchange, info: Info, body: bytes) -> str:
    return said(*await info.post(f"{where.url}/exchange", body))


async def _look(where: Exchange, agent: Address) -> Seen:
    async with Info(SOURCE, where.url) as info:
        [seen] = await drive([_seen(where, agent)], info)
        return seen


def _seen(where: Exchange, agent: Address) -> Reading[Seen]:
    time = _ask("exchangeStatus", lambda found: int(found["time"]))
    role, other = (_ask("userRole", _table, user=user.lower()) for user in (where.account, agent))
    found = yield time, role, other
    owner = _owner(where.account, found[role])
    named = yield from _agents(owner)
    return Seen(time_ms=found[time], owner=owner, taken=found[other].get("role") != "missing", named=named)


def _agents(owner: Address) -> Reading[Mapping[str, str]]:
    """By name. A sub-account's agents are its master's."""
    read = _ask("extraAgents", _by_name, user=owner.lower())
    return (yield (read,))[read]


def _by_name(found: Any) -> Mapping[str, str]:
    """The name as it was given; some lists repeat the expiry in it."""
    return {each["name"].partition(" valid_until ")[0]: each["address"].lower() for each in found}


def _table(found: Any) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise TypeError("not a table")
    return found


def _owner(account: Address, role: Mapping[str, Any]) -> Address:
    match role:
        case {"role": "user"}:
            return account
        case {"role": "subAccount", "data": {"master": master}}:
            return parse_address(master)
        case {"role": "agent", "data": {"user": user}}:
            raise ConfigError(f"{account}: is an agent key of {user}: name that account")
        case {"role": "missing"}:
            raise ConfigError(f"{account}: the exchange has no such account: collateral must be there first")
    raise ConfigError(f"{account}: is a {role.get('role')} there: no account that can let a key in")


def _ask(kind: str, pick: Callable[[Any], T], **fields: object) -> Read[T]:
    def decode(raw: bytes) -> T:
        try:
            return pick(json.loads(raw))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{kind}: {raw[:80]!r} makes no sense ({error!r})") from error

    return Read(source=SOURCE, request=question(kind, **fields), decode=decode)
