"""Where one hedge stands: every market of the underlying at every venue that could be read."""

from agent.hedge.parameters import Hedge
from agent.model import Market, Name, Snapshot, View, value
from agent.units import Base


@value
class Place:
    """One market at one venue."""

    view: View
    market: Market

    @property
    def position(self) -> Base:
        return self.view.size(self.market.name)

    @property
    def working(self) -> Base:
        return self.view.working(self.market.name)

    @property
    def shut(self) -> str | None:
        """Why nothing can be added here now, though the venue trades."""
        if not self.view.may_trade:
            return "the operator may not open positions for the account"
        return self.view.exits_only or self.view.full

    def reducible(self, drift: Base) -> Base:
        """How much of the position a trade in the drift's direction can close, working orders minded both ways.

        0 where the position does not stand against the drift: there, the trade would add.
        """
        if self.position.sign() != -drift.sign():
            return Base(0)
        left = self.position + self.working
        return min(abs(self.position), abs(left)) if left.sign() == self.position.sign() else Base(0)


def places(hedge: Hedge, snapshot: Snapshot) -> tuple[Place, ...]:
    """The hedge's venues first, best first; then any other that holds the underlying: what is there counts."""
    ranked = sorted(snapshot.views, key=lambda view: _rank(hedge, view.venue))
    return tuple(
        Place(view=view, market=market)
        for view in ranked
        for market in view.markets
        if market.underlying == hedge.underlying and (view.venue in hedge.venues or _stands(view, market.name))
    )


def dark(hedge: Hedge, snapshot: Snapshot) -> tuple[Name, ...]:
    """Venues of the hedge that could not be read: their position is anything from the last proven one to 0."""
    seen = {view.venue for view in snapshot.views}
    return tuple(venue for venue in hedge.venues if venue not in seen)


def _rank(hedge: Hedge, venue: Name) -> int:
    return hedge.venues.index(venue) if venue in hedge.venues else len(hedge.venues)


def _stands(view: View, market: Name) -> bool:
    return bool(view.size(market)) or bool(view.working(market))
