"""The kinds of venue. Another kind is its settings, its room, its dialect, and a module like those named here."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from agent import firewall
from agent.chain.service import Service
from agent.model import Name, OwnerCall, Trade, View
from agent.model.findings import Finding
from agent.reading import Reading
from agent.seams import Venue, Wire
from agent.settings import Configuration
from agent.signing.keys import Key
from agent.signing.vault import Signer
from agent.units import Usd
from agent.wire.info import Info
from agent.wiring.ways import Ways


class Kind(Protocol):
    """What a module of a kind offers; `configured` is the venue's own settings."""

    def venue(self, settings: Configuration, name: Name, configured: Any, *, flatten: bool = False) -> Venue: ...
    def dialect(self, settings: Configuration, name: Name, configured: Any) -> firewall.Dialect: ...
    def signer(self, settings: Configuration, configured: Any, key: Key) -> Signer: ...
    def services(self, settings: Configuration, name: Name, configured: Any) -> Mapping[Name, Service | Info]:
        """What the venue asks beside chains, by the source's name; opened and closed with everything else."""
        ...

    def wire(self, settings: Configuration, name: Name, configured: Any, ways: Ways, *, flatten: bool) -> Wire:
        """The way out for the venue's payloads."""
        ...

    def examine(self, settings: Configuration, name: Name, configured: Any) -> Reading[tuple[Finding, ...]]: ...
    def permits(self, settings: Configuration, name: Name, configured: Any, view: View) -> tuple[OwnerCall, ...]:
        """What the owner may sign so that the operator may trade."""
        ...

    def posts(
        self, settings: Configuration, name: Name, configured: Any, view: View, amount: Usd
    ) -> tuple[OwnerCall, ...]:
        """What the owner may sign to put so much more collateral within reach, or behind the positions."""
        ...

    def closes(
        self,
        settings: Configuration,
        name: Name,
        configured: Any,
        view: View,
        trades: tuple[Trade, ...],
    ) -> tuple[OwnerCall, ...]:
        """What the owner may sign to close what the trades name."""
        ...


_KINDS = {"perp-v2": "perp_v2", "gmx-v2": "gmx_v2", "hyperliquid": "hyperliquid"}
"""The module of each; only those that the configuration names are loaded."""


def kind_of(settings: Configuration, name: Name) -> Kind:
    return cast("Kind", import_module(f"agent.wiring.{_KINDS[settings.venues[name].kind]}"))
