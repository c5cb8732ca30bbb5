"""What the account itself signs for GMX v2: it lets the operator trade for it, within bounds, or no longer.

The operator can then create, change and cancel orders for the account until the permission ends: so many actions,
until that day, with no more collateral than is approved. It can never withdraw. The calls are printed for a wallet or
a Safe; on a test chain --send signs them with the account's own test key.
"""

import argparse
import json
from typing import TYPE_CHECKING

from agent.cli import show
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration, count
from agent.errors import ConfigError, Exit
from agent.model import Name, OwnerCall
from agent.model.plain import plain
from agent.model.times import DAY_S
from agent.units import Usd

if TYPE_CHECKING:
    from agent.settings import Configuration
    from agent.venues.gmx_v2.setup import Setup

EXAMPLES = """\
  hedgekeeper gmx delegate --allowance 10000          200 actions, 60 days, 10,000 USD of collateral
  hedgekeeper gmx delegate --actions 500 --days 30    allowance as it is
  hedgekeeper gmx revoke                              takes every permission back, at once
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("delegate", "revoke"), help="give the permission, or take it back")
    parser.add_argument("--venue", metavar="NAME", help="of the configuration, where several are on GMX v2")
    parser.add_argument(
        "--actions", type=count, metavar="N", help="how many more orders, changes and cancellations (default: 200)"
    )
    parser.add_argument("--days", type=count, metavar="N", help="until the permission ends (default: 60)")
    parser.add_argument("--allowance", type=count, metavar="USD", help="the most that can become collateral")
    parser.add_argument("--send", metavar="KEY", help="sign and send, on a test chain only: env:NAME or file:PATH")
    add_config(parser)
    add_json(parser)


def main(args: argparse.Namespace) -> Exit:
    _fit(args)
    settings = configuration(args)
    setup = _setup(settings, args.venue)
    name, calls = setup.name, finished(_calls(settings, setup, args))
    sent = finished(_sent(settings, setup, calls, args.send)) if args.send else ()
    if args.json:
        print(json.dumps({"venue": name, "owner_calls": plain(calls), "sent": list(sent)}))
    else:
        print(show.calls(calls))
        print("\n".join(f"  sent: {ref}" for ref in sent) or _WHERE)
    return Exit.DONE if sent else Exit.PERSON


def _fit(args: argparse.Namespace) -> None:
    """What bounds a permission says nothing when it is taken back, and is not passed over in silence."""
    given = [flag for flag in ("actions", "days", "allowance") if getattr(args, flag) is not None]
    if args.what == "revoke" and given:
        flags = ", ".join(f"--{flag}" for flag in given)
        raise ConfigError(f"gmx revoke: {flags}: takes every permission back and needs no bounds; only delegate does")


_WHERE = (
    "nothing was sent: sign these with the account, in this order; `hedgekeeper doctor` then shows what is allowed"
)


async def _calls(settings: "Configuration", setup: "Setup", args: argparse.Namespace) -> tuple[OwnerCall, ...]:
    from agent.venues.gmx_v2 import owner
    from agent.wiring.permission import actions_done

    if args.what == "revoke":
        return (owner.revoke(setup),)
    done, now_s = await actions_done(settings, setup)
    allowance = Usd(args.allowance) if args.allowance else None
    actions, days = args.actions or owner.ACTIONS, args.days or owner.DAYS
    return owner.delegate(setup, done + actions, now_s + days * DAY_S, allowance)


def _setup(settings: "Configuration", wanted: str | None) -> "Setup":
    from agent.venues.gmx_v2.settings import GmxV2Settings
    from agent.wiring import gmx_v2

    found = {name: each for name, each in settings.venues.items() if isinstance(each, GmxV2Settings)}
    if wanted is None and len(found) == 1:
        [wanted] = found
    if wanted not in found:
        known = ", ".join(found) or "none"
        raise ConfigError(f"--venue: name one that is on GMX v2 (the configuration has: {known})")
    setup = gmx_v2.venue(settings, Name(wanted), found[Name(wanted)])
    if not setup.delegated:
        raise ConfigError(f"venues.{wanted}: operator and account are one: there is nothing to delegate")
    return setup


async def _sent(
    settings: "Configuration", setup: "Setup", calls: tuple[OwnerCall, ...], place: str
) -> tuple[str, ...]:
    from agent.wiring.sending import send

    return await send(settings, setup.source, calls, place)
