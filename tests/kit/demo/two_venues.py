"""One hedge on GMX v2 and Hyperliquid: divided, one of them dark, the other halted, whole again, and closed."""

from decimal import Decimal

from tests.kit.demo import proof
from tests.kit.demo.stage import Demo
from tests.kit.devnet import hyperliquid_market as hyperliquid
from tests.kit.devnet import spot
from tests.kit.devnet.roles import Role
from tests.kit.gmx import market as gmx

LOT = Decimal("0.001")


def play(demo: Demo) -> None:
    spot_before = proof.spot(demo)
    demo.proved |= {"lot": str(LOT), "steps": {}}
    _open(demo)
    demo.proved["spot_unchanged"] = proof.spot(demo) == spot_before
    _carry(demo)
    _one_dark(demo)
    _other_halted(demo)
    _both_back(demo)
    _close(demo)
    demo.proved |= {"doubles": proof.doubles(demo), "exit_codes": demo.exit_codes}


def _open(demo: Demo) -> None:
    demo.say("Two wallets hold 18.1 ETH; GMX v2 and Hyperliquid may each hold 60 % of the short.")
    demo.run("status")
    demo.say("The short goes where it costs least all-in, and the rest to the other: the plan says what each costs.")
    demo.run("plan")
    demo.say(
        "GMX's transaction on a fork, with its keeper; for Hyperliquid a model of the book stands in for a fork."
    )
    demo.run("rehearse")
    demo.run("run")
    demo.proved["rehearsed_equals_sent"] = proof.rehearsed_equals_sent(demo)
    _note(demo, "opened")


def _carry(demo: Demo) -> None:
    demo.say("An hour later: what a short earns or costs at each of them.")
    demo.market.pass_hour(demo.devnet)
    demo.run("funding")


def _one_dark(demo: Demo) -> None:
    demo.say(
        "One more ETH comes in, and Hyperliquid answers nothing any more. What stands there is anything up to what "
        "was seen last: nothing is added anywhere, and nothing is doubled."
    )
    spot.move(demo.devnet, Role.COLD1, "ETH", Decimal(1))
    hyperliquid.go_dark(demo.devnet)
    demo.run("run", name="run_dark")
    demo.run("status", name="status_dark")
    _note(demo, "dark")


def _other_halted(demo: Demo) -> None:
    demo.say(
        "Hyperliquid is back, but GMX has disabled its market. What stands there is seen and counts; what is missing "
        "goes to Hyperliquid."
    )
    hyperliquid.come_back(demo.devnet)
    gmx.disable(demo.devnet)
    demo.run("plan", name="plan_halted")
    demo.run("run", name="run_halted")
    _note(demo, "halted")


def _both_back(demo: Demo) -> None:
    demo.say("An hour later both trade again: the hedge is whole, there is nothing to do.")
    gmx.enable(demo.devnet)
    demo.market.pass_hour(demo.devnet)
    demo.run("run", name="run_whole")
    demo.run("status", name="status_whole")
    _note(demo, "whole")


def _close(demo: Demo) -> None:
    demo.say("Enough: close everything, on both.")
    demo.run("flatten")
    demo.run("status", name="status_after")
    _note(demo, "closed")


def _note(demo: Demo, step: str) -> None:
    """Each venue's short as the venue itself has it."""
    found = proof.shorts(demo)
    whole = found | {"short": sum(found.values(), Decimal(0))}
    demo.proved["steps"][step] = {where: f"{size.normalize():f}" for where, size in whole.items()}
