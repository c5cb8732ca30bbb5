"""`scripts/devnet`: starts the local chain, or acts on the one that runs."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import FrameType

from tests.kit.devnet import hyperliquid_market as hyperliquid
from tests.kit.devnet import spot, state
from tests.kit.devnet.config import config
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.exchanges import EXCHANGES, Market
from tests.kit.devnet.feeds import Side
from tests.kit.devnet.roles import Role
from tests.kit.devnet.state import Devnet, Kind
from tests.kit.gmx import market as gmx_market
from tests.kit.gmx import offchain

_LONGEST_DELAY_S = 86_400
_EXAMPLES = """
examples:
  scripts/devnet                             start; stays up until interrupted
  scripts/devnet price 2200                  both prices, and the pool follows
  scripts/devnet price 2200 --only outside   only the price that hedgekeeper checks against
  scripts/devnet spot cold1 ETH +5           coins come (+) or go (-)
  scripts/devnet accrue                      wstETH and evETH are worth 0.1 % more ether
  scripts/devnet hour                        an hour of funding
  scripts/devnet --venue gmx-v2              start with the exchange whose orders keepers execute
  scripts/devnet keeper off                  its keeper executes nothing; on again with `keeper on`
  scripts/devnet keeper delay 30             it executes an order after half a minute
  scripts/devnet keeper cancel-next          it cancels the next order, at a price that nobody accepts
  scripts/devnet market off                  its market is disabled; on again with `market on`
  scripts/devnet --venue hyperliquid         start with the exchange beside the chain, which takes signed messages
  scripts/devnet exchange dark               it answers nothing any more; again with `exchange back`
  scripts/devnet exchange drop-next          it carries the next order out, and its answer is lost
  scripts/devnet exchange deleverage         it takes half of the position (ADL); `liquidate` takes all
  scripts/devnet --venue both                start with GMX v2 and Hyperliquid: all of these commands
"""
_EXCHANGE: dict[str, Callable[[Devnet], None]] = {
    "dark": hyperliquid.go_dark,
    "back": hyperliquid.come_back,
    "drop-next": hyperliquid.drop_next,
    "deleverage": hyperliquid.deleverage,
    "liquidate": hyperliquid.liquidate,
}
_SWITCHES: dict[str, Callable[[Devnet], None]] = {"on": gmx_market.enable, "off": gmx_market.disable}


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
    except DevnetError as error:
        print(f"devnet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/devnet",
        description="A local chain with the exchange, tokens, price feeds and wallets that hedgekeeper is tried on.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--venue", type=Kind, choices=list(Kind), default=Kind.PERP_V2, help="of a new chain")
    parser.add_argument("--port", type=int, default=0, help="port of a new chain (default: a free one)")
    parser.add_argument("--folder", type=Path, default=state.FOLDER, help="where it is noted (default: .devnet)")
    parser.set_defaults(run=_up)
    commands = parser.add_subparsers(title="commands for the running chain", metavar="")
    price = commands.add_parser("price", help="move ETH / USD")
    price.add_argument("price", type=_decimal)
    price.add_argument("--only", type=Side, choices=list(Side))
    price.set_defaults(run=_on_running(lambda devnet, o: _market(devnet).set_price(devnet, o.price, only=o.only)))
    move = commands.add_parser("spot", help="move coins into or out of a wallet")
    move.add_argument("wallet", type=Role, choices=list(Role))
    move.add_argument("token", choices=spot.TOKENS)
    move.add_argument("amount", type=_decimal, help="+5 comes in, -5 goes out")
    move.set_defaults(run=_on_running(lambda devnet, o: spot.move(devnet, o.wallet, o.token, o.amount)))
    accrue = commands.add_parser("accrue", help="raise the rates of wstETH and evETH")
    accrue.add_argument("--by", type=_decimal, default=Decimal("0.001"), help="relative (default: 0.001)")
    accrue.set_defaults(run=_on_running(lambda devnet, o: spot.accrue(devnet, o.by)))
    hour = commands.add_parser("hour", help="let an hour of funding pass")
    hour.set_defaults(run=_on_running(lambda devnet, o: _market(devnet).pass_hour(devnet)))
    _add_keeper(commands.add_parser("keeper", help="tell who executes orders what to do (GMX v2)"))
    _add_acts(commands.add_parser("market", help="switch it on or off (GMX v2)"), _SWITCHES)
    _add_acts(commands.add_parser("exchange", help="what goes wrong there (Hyperliquid)"), _EXCHANGE)
    return parser


def _add_acts(parser: argparse.ArgumentParser, acts: Mapping[str, Callable[[Devnet], None]]) -> None:
    parser.add_argument("what", choices=acts)
    parser.set_defaults(run=_on_running(lambda devnet, o: acts[o.what](devnet)))


def _add_keeper(parser: argparse.ArgumentParser) -> None:
    told = parser.add_subparsers(metavar="what", required=True)
    for name, changes in (("on", {"on": True}), ("off", {"on": False}), ("cancel-next", {"cancel_next": True})):
        told.add_parser(name).set_defaults(run=_told, changes=changes)
    delay = told.add_parser("delay", help="between an order and its execution")
    delay.add_argument("seconds", type=_seconds)
    delay.set_defaults(run=_told, changes={})


def _told(options: argparse.Namespace) -> None:
    """A delay is the one change that comes with a number."""
    delay = {"delay_s": options.seconds} if "seconds" in options else {}
    print(offchain.tell(state.load(options.folder), **options.changes, **delay))


def _seconds(text: str) -> float:
    if not 0 <= (seconds := _decimal(text)) <= _LONGEST_DELAY_S:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {_LONGEST_DELAY_S} seconds")
    return float(seconds)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not number.is_finite():
        raise argparse.ArgumentTypeError(f"{text!r} is not finite")
    return number


def _on_running(act: Callable[[Devnet, argparse.Namespace], None]) -> Callable[[argparse.Namespace], None]:
    def run(options: argparse.Namespace) -> None:
        devnet = state.load(options.folder)
        act(devnet, options)
        print(_market(devnet).describe(devnet))

    return run


def _market(devnet: Devnet) -> Market:
    return EXCHANGES[devnet.kind].market


def _up(options: argparse.Namespace) -> None:
    for ends in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # SIGINT too: a shell's background jobs ignore it
        signal.signal(ends, _interrupt)
    state.refuse_second(options.folder)
    exchange = EXCHANGES[options.venue]
    with (
        exchange.launch(port=options.port) as built,
        exchange.at_work(built) as devnet,
        state.published(devnet, config(devnet), options.folder),
    ):
        print(config(devnet))
        print(f"# {exchange.market.describe(devnet)}")
        keys = " and ".join(f"the {role}'s key" for role in devnet.signers)
        print(f"# Saved as {options.folder / state.CONFIG}, with {keys} beside it.")
        print(f"# {_EXAMPLES.strip()}".replace("\n", "\n# "))
        print("# Running until interrupted (Ctrl-C).", flush=True)
        while devnet.chain.web3.is_connected():
            time.sleep(1)
    raise DevnetError("anvil ended by itself.")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
