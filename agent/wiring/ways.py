"""Every connection that is open: what wires are built on."""

from collections.abc import Mapping

from agent.chain.chain import Chain
from agent.chain.service import Service
from agent.model import Name, value
from agent.wire.info import Info


@value
class Ways:
    chains: Mapping[Name, Chain]
    services: Mapping[Name, Service | Info]
    """What venues ask beside chains, by the source's name."""
