"""A price that runs away: collateral from the reserve, then a smaller short and a person; then all of it again."""

from decimal import Decimal
from typing import Any

from tests.kit.demo import proof
from tests.kit.demo.stage import Demo
from tests.kit.devnet import feeds, spot
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Kind

FIRST, SECOND = Decimal("1.3"), Decimal("1.35")
SPARE = Decimal(24_700)
"""Of the reserve: without it, one rescue uses up nearly all of the rest."""
RESERVE = {Kind.PERP_V2: Role.OPERATOR, Kind.GMX_V2: Role.ACCOUNT}
"""Who holds what hedgekeeper may post."""


def play(demo: Demo) -> None:
    spot_before = proof.spot(demo)
    demo.proved["steps"] = {}
    _open(demo)
    _topped_up(demo)
    _shrunk(demo)
    _whole_again(demo)
    demo.proved |= {"spot_unchanged": proof.spot(demo) == spot_before, "exit_codes": demo.exit_codes}


def _open(demo: Demo) -> None:
    spot.move(demo.devnet, RESERVE[demo.devnet.kind], "USDC", -SPARE)
    demo.say("What hedging 18.1 ETH needs, before it is opened; then the hedge, and what a rise would do to it.")
    demo.run("plan", "--capital", name="capital")
    demo.run("run")
    demo.run("plan", "--stress", name="stress")
    _note(demo, "opened")


def _topped_up(demo: Demo) -> None:
    demo.say("The price jumps by 30 %: what was twice the collateral is six times it now.")
    _jump(demo, FIRST)
    demo.run("status", name="status_high")
    demo.say("The next run from cron takes collateral out of the reserve: rehearsed, signed and sent like a trade.")
    demo.run("run", name="run_topped_up")
    _note(demo, "topped_up")


def _shrunk(demo: Demo) -> None:
    demo.say(
        "It jumps by 35 % more, and the reserve is nearly used up: nobody would answer in time, so the short shrinks."
    )
    _jump(demo, SECOND)
    demo.run("run", name="run_shrunk")
    _note(demo, "shrunk")
    demo.say("The run after it adds nothing: what was closed waits for collateral, and a person is asked.")
    demo.run("run", name="run_asks")
    _note(demo, "asked")


def _whole_again(demo: Demo) -> None:
    demo.say("Collateral comes: the hedge is whole again.")
    spot.move(demo.devnet, RESERVE[demo.devnet.kind], "USDC", 2 * SPARE)
    demo.market.pass_hour(demo.devnet)
    demo.run("run", name="run_whole")
    _note(demo, "whole")


def _jump(demo: Demo, factor: Decimal) -> None:
    demo.market.set_price(demo.devnet, feeds.last(demo.devnet, "outside_eth_usd") * factor)


def _note(demo: Demo, step: str) -> None:
    seen: dict[str, Any] = demo.asked("status")
    [view], [hedge] = seen["snapshot"]["views"], seen["hedges"]
    notional = abs(Decimal(hedge["position"])) * Decimal(view["markets"][0]["mark"])
    demo.proved["steps"][step] = {
        "short": str(-Decimal(hedge["position"])),
        "leverage": f"{notional / Decimal(view['equity']):.2f}",
        "reserve": view["reserve"],
    }
