"""The one place where the parts are put together: settings in, a house that can run the line out."""

from agent.wiring.exits import flatten, not_flat
from agent.wiring.owner import hedged, owner_permits, owner_posts
from agent.wiring.works import Diary, Works, opened

__all__ = ["Diary", "Works", "flatten", "hedged", "not_flat", "opened", "owner_permits", "owner_posts"]
