"""What only our own records know: what we did, what we last saw, and what markets did."""

from collections.abc import Mapping
from dataclasses import field

from agent.model.base import Lane, Name, value
from agent.model.happened import Happening
from agent.model.observed import Stamp
from agent.model.past import Past, Wished
from agent.units import Base, Price, Usd


@value
class Traded:
    """A position change of ours that landed."""

    venue: Name
    market: Name
    time_ms: int
    notional: Usd
    fresh: bool = False
    """Of the run under way."""


@value
class SeenExposure:
    """The exposure that the last plan was made for, and a changed one that waits for a second reading."""

    taken: Base
    pending: Base | None = None
    pending_at: tuple[Stamp, ...] = ()
    """Where and when the changed one was read first."""
    towards: Base | None = None
    """The target of an increase that goes in slices, until it is reached or is another."""


@value
class SeenAccount:
    """An account at a venue as the last plan saw it."""

    time_ms: int
    equity: Usd
    sizes: Mapping[Name, Base]
    """By market."""
    marks: Mapping[Name, Price]


@value
class Memory:
    """What only our records know; empty without them."""

    landed: Mapping[Name, Stamp] = field(default_factory=dict)
    """By source, our last landing: a view older than this comes from a lagging node."""
    nonces: Mapping[Lane, int] = field(default_factory=dict)
    positions: Mapping[tuple[Name, Name], Base] = field(default_factory=dict)
    """By venue and market, the position that our own fills add up to, since it was last adopted."""
    exposures: Mapping[Name, SeenExposure] = field(default_factory=dict)
    trades: tuple[Traded, ...] = ()
    """Of the last days, oldest first: turnover and cooldown."""
    working: Mapping[str, Name] = field(default_factory=dict)
    """Orders of ours, by id, whose end we have not seen yet, and the venue that has them."""
    sent: Mapping[str, Name] = field(default_factory=dict)
    """Payloads of ours, by what they are called, whose fate is not known yet, and the venue that they are for."""
    hold: str | None = None
    """Why nothing is to be added to a position until a person says so."""
    gas: Mapping[Lane, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """By lane, when our last transactions ended, in milliseconds, and the wei that each took with its keeper."""
    wished: Mapping[Name, Wished] = field(default_factory=dict)
    """By underlying, what its policy wanted last."""
    accounts: Mapping[Name, SeenAccount] = field(default_factory=dict)
    """By venue."""
    refs: frozenset[str] = frozenset()
    """What our last payloads are called by chain and venue: their fills are ours."""
    happened: tuple[Happening, ...] = ()
    """What venues say changed there, oldest first: asked only where positions are not as our records have them."""
    silent: Mapping[Name, str] = field(default_factory=dict)
    """Venues that were asked, and why they could not say."""
    past: Past = field(default_factory=Past)
    refusals: Mapping[Lane, tuple[int, ...]] = field(default_factory=dict)
    """By lane, when payloads of ours were mined and reverted, in milliseconds."""
