"""The releases of the exchange whose answers can be read.

Apart from layouts.py because every command reads the settings, and decoding takes long to import.
"""

from typing import Literal, TypeAlias, get_args

from agent.errors import ConfigError

Version: TypeAlias = Literal["2.2", "2.2c", "live"]
"""2.2: the public source of March 2026. 2.2c: its release branch of January 2026. live: the interfaces that the
exchange's own front end used in August 2026."""
VERSIONS: tuple[Version, ...] = get_args(Version)


def known_version(version: str) -> Version:
    """ConfigError for a release that this program cannot read."""
    for known in VERSIONS:
        if version == known:
            return known
    raise ConfigError(
        f'version = "{version}" of GMX v2 is not known; known are {", ".join(VERSIONS)}. Pin one of them with the '
        "address of its reader under contracts: an older reader goes on answering after a release"
    )
