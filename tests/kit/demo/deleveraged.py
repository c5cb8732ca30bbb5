"""A price that falls: the exchange closes half of a short that has won too much, and the next run hedges again."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from tests.kit.demo import proof
from tests.kit.demo.stage import Demo
from tests.kit.devnet import feeds
from tests.kit.devnet import hyperliquid_market as hyperliquid
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.faults import on_gmx_v2
from tests.kit.gmx import market as gmx

FALL = Decimal("0.9")
DELEVERAGES: Mapping[Kind, Callable[[Devnet], None]] = {
    Kind.GMX_V2: gmx.deleverage,
    Kind.HYPERLIQUID: hyperliquid.deleverage,
}
"""Perp v2 knows no such thing."""
_POSITION = {Kind.GMX_V2: on_gmx_v2.position, Kind.HYPERLIQUID: hyperliquid.position}


def play(demo: Demo) -> None:
    spot_before = proof.spot(demo)
    demo.proved["steps"] = {}
    demo.say("18.1 ETH are hedged.")
    demo.run("run")
    _note(demo, "opened")
    _deleveraged(demo)
    _hedged_again(demo)
    demo.proved |= {"spot_unchanged": proof.spot(demo) == spot_before, "exit_codes": demo.exit_codes}


def _deleveraged(demo: Demo) -> None:
    demo.say("An hour later the price falls by 10 %, and the exchange closes half of the short that has won by it.")
    demo.market.pass_hour(demo.devnet)
    demo.market.set_price(demo.devnet, feeds.last(demo.devnet, "outside_eth_usd") * FALL)
    DELEVERAGES[demo.devnet.kind](demo.devnet)
    _note(demo, "deleveraged")
    demo.say("The position is not what our own fills add up to. The exchange's records say why.")
    demo.run("status", name="status_deleveraged")


def _hedged_again(demo: Demo) -> None:
    demo.say("Half of the coins are bare. The next run from cron says what happened, and hedges them again.")
    demo.run("run", name="run_hedges_again")
    _note(demo, "hedged_again")
    notes = demo.asked("journal", "show")["notes"]
    demo.proved["named"] = [each["why"] for note in notes for each in note.get("adopted", ())]
    demo.say("The run after it has nothing to say and nothing to do.")
    demo.run("run", name="run_after")
    _note(demo, "after")


def _note(demo: Demo, step: str) -> None:
    """The short as the exchange has it."""
    demo.proved["steps"][step] = str(-_POSITION[demo.devnet.kind](demo.devnet))
