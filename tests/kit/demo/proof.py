"""What chain and exchange know, read from them and not through hedgekeeper, beside what hedgekeeper recorded."""

from collections.abc import Mapping
from decimal import Decimal

from tests.kit.demo.stage import Demo
from tests.kit.devnet import hyperliquid_market as hyperliquid
from tests.kit.devnet.roles import Role
from tests.kit.faults import on_gmx_v2
from tests.kit.mined import mined_calls, rehearsed_calls
from tests.kit.posted import posted_bodies, rehearsed_bodies

_COLD = (Role.COLD1, Role.COLD2)


def spot(demo: Demo) -> Mapping[str, int]:
    """Every coin of the watched wallets."""
    web3 = demo.devnet.chain.web3
    amounts = {f"{role} ETH": web3.eth.get_balance(demo.devnet.address(role)) for role in _COLD}
    for symbol in ("WETH", "wstETH", "evETH"):
        balance = demo.devnet.token(symbol).functions.balanceOf
        amounts |= {f"{role} {symbol}": balance(demo.devnet.address(role)).call() for role in _COLD}
    return amounts


def rehearsed_equals_sent(demo: Demo) -> bool:
    """Of the last run. What the fork mined against what the chain mined: nonce, to, data, value and gas; the messages
    that the model was shown against the bodies that the exchange received."""
    ran = next(run["id"] for run in demo.asked("journal")["runs"] if run["command"] == "run")
    journal = demo.asked("journal", "show", str(ran))
    sent = [*mined_calls(demo.devnet.chain.web3, journal), *_posted(demo, journal)]
    return bool(sent) and sent == [*rehearsed_calls(journal), *rehearsed_bodies(journal)]


def _posted(demo: Demo, journal: dict[str, object]) -> list[str]:
    if not demo.devnet.hyperliquid:
        return []
    return posted_bodies(hyperliquid.tell(demo.devnet, "log", path="/exchange"), journal)


def shorts(demo: Demo) -> dict[str, Decimal]:
    """By venue, of GMX v2 and Hyperliquid."""
    return {"gmx": -on_gmx_v2.position(demo.devnet), "hl": -hyperliquid.position(demo.devnet)}


def doubles(demo: Demo) -> int:
    """Orders that changed a position more than once."""
    by_order = hyperliquid.tell(demo.devnet, "changes_by_cloid")
    changes = [*on_gmx_v2.position_changes(demo.devnet).values(), *by_order.values()]
    return sum(times > 1 for times in changes)
