"""Collateral on GMX v2: what the legs of one run post is what their plan says, once, and covered by an approval."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model import Action, Draft, EvmTx, Fund, Leg
from agent.units import Usd
from agent.venues.gmx_v2.methods import Erc20, ExchangeRouter, SubaccountRouter
from agent.venues.gmx_v2.orders import read_call
from agent.venues.gmx_v2.structs import OrderType
from tests.unit.venues.gmx_v2.desk import BUY, SELL
from tests.unit.venues.gmx_v2.figures import ACCOUNT, GMX, HOT, USDC, USDC_UNIT, Scene
from tests.unit.venues.gmx_v2.scene import gmx_v2, look, terms

ALLOWANCE = 6_000 * USDC_UNIT
FUND = st.integers(1, 5_000 * USDC_UNIT).map(lambda units: Fund(amount=Usd.from_int(units, 6)))
ACTIONS = st.lists(st.one_of(FUND, st.sampled_from([SELL, BUY])), min_size=1, max_size=4)
SCENES = {operator: Scene(operator=operator, allowance=ALLOWANCE) for operator in (HOT, ACCOUNT)}
VIEWS = {operator: look(scene) for operator, scene in SCENES.items()}


def composed(operator: str, legs: Sequence[Sequence[Action]]) -> list[Draft]:
    """As one run composes them: all from the same look."""
    [scene] = [scene for who, scene in SCENES.items() if who == operator]
    view, venue = VIEWS[scene.operator], gmx_v2(scene)
    made = (venue.compose(Leg(venue=GMX, actions=tuple(leg)), view, terms(view, scene)) for leg in legs)
    return [draft for draft in made if isinstance(draft, Draft)]


def posted(draft: Draft, operator: str, allowance: int) -> tuple[int, int]:
    """What goes to the vault, transaction after transaction, and what is left of the allowance."""
    total = 0
    for tx in draft.payloads:
        assert isinstance(tx, EvmTx)
        if tx.to == USDC:
            allowance = Erc20.APPROVE.args(tx.data)["amount"]
            continue
        router = SubaccountRouter if operator != ACCOUNT else ExchangeRouter
        *_, created = read_call(router, tx.data).flat()
        order = created.order()
        taken = order.initial_collateral_delta_amount if order.order_type == OrderType.MARKET_INCREASE else 0
        allowance -= taken
        assert allowance >= 0, "more than was approved"
        total += taken
    return total, allowance


def planned(leg: Leg) -> int:
    return sum(action.amount.to_int(6) for action in leg.actions if isinstance(action, Fund))


@settings(deadline=None)
@given(st.sampled_from([HOT, ACCOUNT]), st.lists(ACTIONS, min_size=1, max_size=3))
def test_legs_of_one_run__each_posts_what_it_plans_once_and_within_what_is_approved(
    operator: str, legs: list[list[Action]]
) -> None:
    left = ALLOWANCE if operator == ACCOUNT else 10**12  # the reserve bounds what is planned for an operator
    for draft in composed(operator, legs):
        taken, left = posted(draft, operator, left)
        assert taken == planned(draft.leg)
