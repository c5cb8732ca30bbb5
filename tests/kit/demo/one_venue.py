"""A wallet's coins hedged, kept hedged and released, on one exchange."""

from decimal import Decimal

from tests.kit.demo import proof
from tests.kit.demo.stage import Demo
from tests.kit.devnet import feeds, spot
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Kind

LOT = Decimal("0.001")
RISE = Decimal("1.05")
_ON_A_FORK = "The very transactions, on a fork of the chain, by impersonation: nothing is signed here either."
_REHEARSED = {
    Kind.PERP_V2: _ON_A_FORK,
    Kind.GMX_V2: f"{_ON_A_FORK} The keeper who will execute the order is played as well: his price, and what his "
    "fee leaves over.",
    Kind.HYPERLIQUID: "The very messages. An exchange that takes messages has no fork: a model of the book stands "
    "in for one, and says so. Nothing is signed here either.",
}


def play(demo: Demo) -> None:
    spot_before = proof.spot(demo)
    _open(demo)
    demo.proved["spot_unchanged"] = proof.spot(demo) == spot_before
    _adjust(demo)
    _close(demo)
    demo.proved["exit_codes"] = demo.exit_codes


def _open(demo: Demo) -> None:
    demo.say("Two wallets hold ETH, WETH and two staked tokens; nothing is hedged.")
    demo.run("status")
    before = demo.hedge()
    demo.say("What would be done, and why: nothing is signed, no key is needed.")
    demo.run("plan")
    demo.say(_REHEARSED[demo.devnet.kind])
    demo.run("rehearse")
    demo.say("Now for real: rehearse again, let the firewall read the bytes, sign, record, send, wait, look.")
    demo.run("run")
    after = demo.hedge()
    demo.proved |= {
        "exposure": after["exposure"],
        "short_before": before["position"],
        "short_after": after["position"],
        "net_delta_after": after["delta"],
        "lot": str(LOT),
        "rehearsed_equals_sent": proof.rehearsed_equals_sent(demo),
    }


def _adjust(demo: Demo) -> None:
    demo.say("The price rises by 5 % and a few coins come in: the short is still inside its band.")
    demo.market.set_price(demo.devnet, feeds.last(demo.devnet, "outside_eth_usd") * RISE)
    demo.market.pass_hour(demo.devnet)
    spot.move(demo.devnet, Role.COLD1, "ETH", Decimal("0.2"))
    demo.run("run", name="run_in_band")
    demo.proved["round_trips_no_action"] = _no_action_trips(demo)
    demo.say("Three more ETH come in: now the short is outside its band, and follows.")
    spot.move(demo.devnet, Role.COLD1, "ETH", Decimal(3))
    demo.run("run", name="run_outside_band")


def _no_action_trips(demo: Demo) -> int:
    """A second run with nothing to do, counted on its way: the first had a changed exposure to confirm."""
    before = demo.counter.trips
    demo.run("run", quiet=True)
    return demo.counter.trips - before


def _close(demo: Demo) -> None:
    demo.say("An hour later: enough, close everything.")
    demo.market.pass_hour(demo.devnet)
    demo.run("flatten")
    demo.run("status", name="status_after")
