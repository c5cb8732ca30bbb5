"""Where the history lies, and which of its series a command means."""

from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.door import complain
from agent.errors import ConfigError
from agent.model import Name
from agent.records.records import Records

if TYPE_CHECKING:
    from agent.settings import Configuration


def history_of(settings: "Configuration") -> Path:
    """ConfigError where nothing has been recorded yet."""
    from agent.settings import history_path

    path = history_path(settings)
    if not path.exists():
        raise ConfigError(
            f"{path}: no history yet: a run makes it, and so does `hedgekeeper data load` or `data fill`"
        )
    return path


def complain_of(records: Records) -> None:
    """On stderr, once all is read: what a broken history keeps from the policies and the margin."""
    for remark in records.remarks:
        complain(remark)


def series_of(settings: "Configuration", underlying: Name, venue: str | None) -> tuple[Name, Name]:
    """Venue and market: as configured, or of a venue that is in the history alone, by the name of the underlying."""
    from agent.wiring.history import market_of

    hedged = settings.hedges.get(underlying)
    name = Name(venue) if venue else hedged.venues[0] if hedged else None
    if name is None:
        raise ConfigError(f"--venue: name the venue whose market of {underlying} is meant")
    if name not in settings.venues:
        return name, underlying
    return name, market_of(settings, name, underlying)
