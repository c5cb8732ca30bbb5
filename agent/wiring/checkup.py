"""What `doctor` looks at: every room examines its own part; this puts the findings together."""

import time
from collections.abc import Iterable, Iterator

from agent.chain.anvil import find_anvil
from agent.errors import ConfigError, Unreadable
from agent.model import Gap, Name, Quote, Snapshot, Terms, View
from agent.model.findings import Finding, Level
from agent.reading import Reading, drive, gapped
from agent.settings import Configuration
from agent.signing.keys import load_key
from agent.venues.perp_v2.pins import examine as examine_perp_v2
from agent.wallets.check import check as check_tokens
from agent.wallets.tokens import Token
from agent.wiring import parts
from agent.wiring.works import Works, opened

MAX_CLOCK_S = 120
"""The newest block of a live chain is younger than this, and never from the future."""
SOON_MS = 7 * 86_400_000


async def examine(settings: Configuration) -> tuple[Finding, ...]:
    """Whatever is wrong with a part becomes that part's finding; only an unusable file raises."""
    parts.hedges(settings)
    findings = [*_keys(settings), _program(settings)]
    for name in settings.chains:
        findings += [await _node(settings, name, url) for url in settings.urls(name)]
        if len(settings.urls(name)) == 1:
            findings.append(_finding(f"chain {name}", "warn", "one RPC URL only: nothing to fail over to"))
    async with opened(settings) as works:
        findings += await _rooms(settings, works)
        findings += _snapshot(settings, (await works.look())[0])
        findings += [_finding("nodes", "warn", note) for note in works.moments.notes()]
    return tuple(findings)


def _finding(subject: str, level: Level, says: str) -> Finding:
    return Finding(subject=subject, level=level, says=says)


def _keys(settings: Configuration) -> Iterator[Finding]:
    for name, place in settings.keys.items():
        if place.keystore and not place.password:
            yield _finding(f"key {name}", "warn", "the password is asked for at each run: not for cron")
            continue
        try:
            key = load_key(place, settings.folder, lambda prompt: "")
        except ConfigError as error:
            yield _finding(f"key {name}", "fail", str(error))
            continue
        if key is None:
            yield _finding(f"key {name}", "warn", "names no keystore, env or file: only dry runs are possible")
        else:
            yield _finding(f"key {name}", "ok", f"opens, and is the key of {key.address}")


def _program(settings: Configuration) -> Finding:
    found = find_anvil(settings.anvil)
    if found:
        return _finding("rehearsal", "ok", f"anvil is {found}")
    return _finding("rehearsal", "fail", f"{settings.anvil!r} is not on PATH: without anvil nothing can be rehearsed")


async def _node(settings: Configuration, name: Name, url: str) -> Finding:
    """Each node on its own: a run would only leave it out."""
    try:
        async with parts.chain(settings, name, (url,)) as node:
            block = (await node.pin()).pin.block
    except Unreadable as error:
        return _finding(f"chain {name}", "fail", str(error))
    late_s = time.time() - block.time_ms / 1000
    said = f"{node.leader.host}: id {settings.chains[name].id}, block {block.number}"
    if abs(late_s) > MAX_CLOCK_S:
        way = "behind" if late_s > 0 else "ahead of"
        return _finding(f"chain {name}", "warn", f"{said}; its time is {abs(late_s):.0f} s {way} this machine's")
    return _finding(f"chain {name}", "ok", said)


async def _rooms(settings: Configuration, works: Works) -> list[Finding]:
    """Tokens and venues, all in one moment."""
    asked = [
        *(gapped(Name(f"tokens on {name}"), check_tokens(name, _tokens(settings, name))) for name in settings.chains),
        *(gapped(Name(f"venue {name}"), _venue(settings, name)) for name in settings.venues),
    ]
    answered = await drive(asked, await works.house.moment())
    return [finding for found in answered for finding in _found(found)]


def _tokens(settings: Configuration, chain: Name) -> tuple[Token, ...]:
    symbols = {symbol for wallet in settings.wallets.values() if wallet.chain == chain for symbol in wallet.assets}
    return parts.tokens(settings, chain, sorted(symbols))


def _venue(settings: Configuration, name: Name) -> Reading[tuple[Finding, ...]]:
    return examine_perp_v2(parts.venue(settings, name))


def _found(found: tuple[Finding, ...] | Gap) -> Iterable[Finding]:
    return (_finding(found.source, "fail", found.why),) if isinstance(found, Gap) else found


def _snapshot(settings: Configuration, snapshot: Snapshot) -> Iterator[Finding]:
    for gap in snapshot.gaps:
        yield _finding(gap.source, "fail", gap.why)
    for quote in snapshot.quotes:
        yield _price(quote)
    for underlying in settings.hedges.keys() - {quote.underlying for quote in snapshot.quotes}:
        yield _finding(f"price of {underlying}", "warn", "no outside price: nothing will be added to a position")
    for terms in snapshot.terms:
        yield _gas(settings, terms, [v for v in snapshot.views if parts.lanes(settings)[v.venue] == terms.lane])
        if terms.foreign:
            yield _finding(terms.lane, "fail", f"{terms.foreign}; `hedgekeeper journal adopt` accepts it")
    for held in snapshot.held:
        for holding in held.holdings:
            if holding.expires_ms is not None and holding.expires_ms - snapshot.time_ms() < SOON_MS:
                yield _finding(f"declared {held.wallet}", "warn", "expires within a week: renew it")


def _price(quote: Quote) -> Finding:
    age_s = (quote.stamp.time_ms - quote.updated_ms) // 1000
    level: Level = "ok" if age_s <= quote.max_age_s else "fail"
    return _finding(f"price {quote.source}", level, f"{quote.price} USD, {age_s} s old (max_age_s {quote.max_age_s})")


def _gas(settings: Configuration, terms: Terms, views: list[View]) -> Finding:
    """In exits: how often everything could be closed at the fee ceiling."""
    exit_wei = sum(view.exit_gas for view in views) * terms.ceiling
    exits = terms.gas_balance // exit_wei if exit_wei else 0
    wanted = settings.limits.exits_of_gas
    said = f"the key's gas pays for {exits} exits at the fee ceiling; increases need {wanted} and their own"
    return _finding(f"gas of {terms.lane}", "ok" if exits > wanted else "fail", said)
