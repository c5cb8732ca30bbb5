"""What every venue must do, as numbered cards. A venue passes by giving its bench:

    class TestPerpV2(VenueContract):
        @pytest.fixture
        def bench(self) -> VenueBench: ...

A card that needs what a venue cannot have (a reorg where there is no chain) asserts that it has it not.
"""

from tests.venues.contract.bench import VenueBench
from tests.venues.contract.changing import Changing
from tests.venues.contract.observing import Observing
from tests.venues.contract.planning import Planning
from tests.venues.contract.settling import Settling
from tests.venues.contract.surviving import Surviving


class VenueContract(Observing, Planning, Settling, Surviving, Changing):
    """All cards, VC-01 to VC-30."""


__all__ = ["VenueBench", "VenueContract"]
