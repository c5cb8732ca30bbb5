"""All that one look brought, in the exchange's own units: what a view is made of, and what the model changes."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from agent.errors import Mismatch
from agent.model import View, value
from agent.venues.hyperliquid.settings import MarketSettings
from agent.venues.hyperliquid.setup import Setup
from agent.venues.hyperliquid.structs import Account, Agent, Asset, Balance, Book, Held, Resting


@value
class Facts:
    mode: str
    universe: Mapping[str, Asset]
    account: Account
    balances: Mapping[str, Balance]
    orders: tuple[Resting, ...]
    books: Mapping[str, Book]
    settings: Mapping[str, tuple[str, int]]
    """By coin: how its next position would be margined."""
    agents: tuple[Agent, ...]
    actions_left: int

    @property
    def held(self) -> Mapping[str, Held]:
        return self.account.held

    def asset(self, setup: Setup, configured: MarketSettings) -> Asset:
        """Raises Mismatch where orders would name another coin than the configuration means."""
        asset = self.universe.get(configured.coin)
        if asset is None:
            raise Mismatch(f"{setup.name}: the exchange has no coin {configured.coin}")
        pinned = (configured.asset, configured.size_decimals)
        if (asset.index, asset.size_decimals) != pinned:
            found = f"asset {asset.index} with size_decimals {asset.size_decimals}"
            raise Mismatch(f"{setup.name}: {configured.coin} is {found}, not {pinned[0]} with {pinned[1]}")
        if asset.isolated_only and configured.margin == "cross":
            raise Mismatch(f'{setup.name}: {configured.coin} can only be isolated: say margin = "isolated"')
        return asset

    def with_position(self, coin: str, after: Held | None) -> "Facts":
        others = tuple(held for held in self.account.positions if held.coin != coin)
        positions = (*others, after) if after else others
        return replace(self, account=replace(self.account, positions=positions))


def facts_of(view: View) -> Facts:
    if not isinstance(view.own, Facts):
        raise TypeError(f"{view.venue}: a view of another venue")
    return view.own


def notional(held: Held, asset: Asset) -> Decimal:
    return abs(held.size) * asset.mark
