"""What `doctor` looks at: every room examines its own part; this puts the findings together."""

import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.chain.anvil import find_anvil
from agent.errors import ConfigError, HedgekeeperError, Unreadable
from agent.journal import Ledger
from agent.model import Gap, Name
from agent.model.findings import Finding
from agent.reading import Reading, drive, gapped
from agent.settings import Configuration, journal_path
from agent.signing.keys import load_key
from agent.wallets.check import check as check_tokens
from agent.wiring import hedging, parts
from agent.wiring.coins import watched
from agent.wiring.findings import finding, of_journal, of_plan, of_snapshot
from agent.wiring.kinds import kind_of
from agent.wiring.works import Works, opened

MAX_CLOCK_S = 120
"""The newest block of a live chain is younger than this, and never from the future."""


async def examine(settings: Configuration) -> tuple[Finding, ...]:
    """Whatever is wrong with a part becomes that part's finding; only an unusable file raises."""
    hedging.hedges(settings)
    findings = [*_keys(settings), _program(settings)]
    for name in settings.chains:
        findings += await _nodes(settings, name, settings.urls(name))
    with _beside_a_damaged_journal(settings) as (usable, damage):
        async with opened(usable) as works:
            findings += [*damage, *_folder(settings), *await _looked(usable, works, known=not damage)]
            told = " ".join(each.says for each in findings)
            findings += [finding("nodes", "warn", note) for note in works.moments.notes() if _new(note, told)]
            findings += [finding("history", "warn", remark) for remark in works.records.remarks]
    return tuple(findings)


async def _looked(settings: Configuration, works: Works, known: bool) -> list[Finding]:
    """Every room, then everything at one moment, and what our records say of it; without them nothing is strange."""
    findings = await _rooms(settings, works)
    snapshot, plan = await (await works.in_hindsight()).look()
    findings += of_snapshot(settings, snapshot)
    records = of_journal(works.ledger.memory(), works.ledger.open())
    return [*findings, *records, *of_plan(plan)] if known else findings


@contextmanager
def _beside_a_damaged_journal(settings: Configuration) -> Iterator[tuple[Configuration, tuple[Finding, ...]]]:
    """The configuration to look with: with an empty journal where ours cannot be read, which is one finding."""
    try:
        ledger = Ledger(journal_path(settings))
        try:
            ledger.memory(), ledger.open()
        finally:
            ledger.close()
    except HedgekeeperError as error:
        with TemporaryDirectory(prefix="hedgekeeper-doctor-") as empty:
            elsewhere = settings.model_copy(update={"state": Path(empty)})
            yield elsewhere, (finding("journal", "fail", str(error)),)
    else:
        yield settings, ()


def _folder(settings: Configuration) -> Iterator[Finding]:
    folder = settings.path(settings.state)
    mode = stat.S_IMODE(folder.stat().st_mode) if folder.is_dir() else 0
    if mode & 0o077:
        said = f"{folder}: others may look into it (mode {mode:04o}); run: chmod 700 {folder}"
        yield finding("journal", "warn", said)


def _new(note: str, told: str) -> bool:
    """A node that is down was told of by itself already."""
    _, _, says = note.partition(": ")
    return says not in told


def _keys(settings: Configuration) -> Iterator[Finding]:
    for name, place in settings.keys.items():
        if place.keystore and not place.password:
            yield finding(f"key {name}", "warn", "the password is asked for at each run: not for cron")
            continue
        try:
            key = load_key(place, settings.folder, lambda prompt: "")
        except ConfigError as error:
            yield finding(f"key {name}", "fail", str(error))
            continue
        if key is None:
            yield finding(f"key {name}", "warn", "names no keystore, env or file: only dry runs are possible")
        else:
            yield finding(f"key {name}", "ok", f"opens, and is the key of {key.address}")


def _program(settings: Configuration) -> Finding:
    found = find_anvil(settings.anvil)
    if found:
        return finding("rehearsal", "ok", f"anvil is {found}")
    return finding("rehearsal", "fail", f"{settings.anvil!r} is not on PATH: without anvil nothing can be rehearsed")


async def _nodes(settings: Configuration, name: Name, urls: Sequence[str]) -> list[Finding]:
    """Each node on its own. A run leaves a bad one out: it fails only where no good one is left."""
    found = [await _node(settings, name, url) for url in urls]
    if all(each.level == "fail" for each in found):
        return found
    left_out = [
        finding(each.subject, "warn", f"left out: {each.says}") if each.level == "fail" else each for each in found
    ]
    alone = [finding(f"chain {name}", "warn", "one RPC URL only: nothing to fail over to")] if len(urls) == 1 else []
    return [*left_out, *alone]


async def _node(settings: Configuration, name: Name, url: str) -> Finding:
    try:
        async with parts.chain(settings, name, (url,)) as node:
            block = (await node.pin()).pin.block
    except Unreadable as error:
        return finding(f"chain {name}", "fail", str(error))
    late_s = time.time() - block.time_ms / 1000
    said = f"{node.leader.host}: id {settings.chains[name].id}, block {block.number}"
    if abs(late_s) > MAX_CLOCK_S:
        way = "behind" if late_s > 0 else "ahead of"
        return finding(f"chain {name}", "warn", f"{said}; its time is {abs(late_s):.0f} s {way} this machine's")
    return finding(f"chain {name}", "ok", said)


async def _rooms(settings: Configuration, works: Works) -> list[Finding]:
    """Tokens and venues, all in one moment."""
    asked = [
        *(gapped(Name(f"tokens on {name}"), check_tokens(name, watched(settings, name))) for name in settings.chains),
        *(gapped(Name(f"venue {name}"), _venue(settings, name)) for name in settings.venues),
    ]
    answered = await drive(asked, await works.house.moment())
    return [each for found in answered for each in _found(found)]


def _venue(settings: Configuration, name: Name) -> Reading[tuple[Finding, ...]]:
    return kind_of(settings, name).examine(settings, name, settings.venues[name])


def _found(found: tuple[Finding, ...] | Gap) -> Iterable[Finding]:
    return (finding(found.source, "fail", found.why),) if isinstance(found, Gap) else found
