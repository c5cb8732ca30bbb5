"""Legs composed from a look at the recorded exchange."""

from agent.model import (
    Action,
    Cannot,
    Draft,
    EvmTx,
    Leg,
    Trade,
)
from agent.units import Base, Price
from agent.venues.gmx_v2.methods import ExchangeRouter, SubaccountRouter
from agent.venues.gmx_v2.orders import Call, read_call
from agent.venues.gmx_v2.structs import CreateOrderParams
from tests.unit.venues.gmx_v2.figures import (
    ACCOUNT,
    ETH,
    GMX,
    Scene,
)
from tests.unit.venues.gmx_v2.scene import gmx_v2, look, terms
from tests.unit.venues.gmx_v2.transcript import STEP

SELL = Trade(market=ETH, size=Base(-5), worst=Price(2970), reduce_only=False)
BUY = Trade(market=ETH, size=Base(1), worst=Price(3030), reduce_only=True)
ALONE = Scene(operator=ACCOUNT)


def composed(scene: Scene, *actions: Action) -> Draft | Cannot:
    view = look(scene)
    return gmx_v2(scene).compose(Leg(venue=GMX, actions=actions), view, terms(view, scene))


def draft(scene: Scene, *actions: Action) -> tuple[EvmTx, ...]:
    made = composed(scene, *actions)
    assert isinstance(made, Draft), made
    return tuple(payload for payload in made.payloads if isinstance(payload, EvmTx))


def denied(scene: Scene, *actions: Action) -> Cannot:
    made = composed(scene, *actions)
    assert isinstance(made, Cannot)
    return made


def call_of(scene: Scene, *actions: Action) -> Call:
    [tx] = draft(scene, *actions)
    return read_call(ExchangeRouter if scene.operator == ACCOUNT else SubaccountRouter, tx.data)


def order_of(scene: Scene, *actions: Action) -> CreateOrderParams:
    return call_of(scene, *actions).flat()[-1].order()


def recorded(step: str) -> dict[str, int]:
    params = STEP[step]["args"]["calls"][-1]["args"]["params"]
    return {name: int(figure) for name, figure in params["numbers"].items()}
