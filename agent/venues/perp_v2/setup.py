"""What every part of this venue is given."""

from agent.model import Address, Lane, Name, value
from agent.venues.perp_v2.settings import ContractSettings, PerpV2Settings

LATENCY_S = 15
"""A block, where blocks are slow, and a look at it."""


@value
class Setup:
    name: Name
    lane: Lane
    chain_id: int
    operator: Address
    confirmations: int
    """Blocks on top before a transaction is final for us."""
    settings: PerpV2Settings
    flatten: bool = False
    """Closing needs no valuation: where the exchange has none, the pool's own price stands in for the mark price."""

    @property
    def source(self) -> Name:
        return self.settings.chain

    @property
    def account(self) -> Address:
        return self.settings.account

    @property
    def contracts(self) -> ContractSettings:
        return self.settings.contracts

    @property
    def delegated(self) -> bool:
        """Whether the operator trades for an account that is not its own."""
        return self.operator != self.account
