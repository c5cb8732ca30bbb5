"""`python -m tests.kit.hyperliquid`: the exchange, until interrupted; with --at, a command for one that runs."""

import argparse
import inspect
import json
import signal
import sys
import time
from types import FrameType

from tests.kit.hyperliquid.clock import Clock
from tests.kit.hyperliquid.control import ControlError, commands, drive
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.server import served
from tests.kit.hyperliquid.universe import default_universe

_EXAMPLES = """
examples:
  python -m tests.kit.hyperliquid --port 8545                 start; stays up until interrupted
  python -m tests.kit.hyperliquid --at URL fund user=0x.. usdc=10000
  python -m tests.kit.hyperliquid --at URL set_price coin=ETH price=2100
  python -m tests.kit.hyperliquid --at URL advance seconds=3600
  python -m tests.kit.hyperliquid --at URL inject kind=drop_after only='["order"]'
  python -m tests.kit.hyperliquid --at URL changes
"""


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _drive(options) if options.at else _serve(options)
    except (ControlError, OSError) as error:
        print(f"hyperliquid: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    names = "\n".join(f"  {name}{_arguments(method)}" for name, method in sorted(commands().items()))
    parser = argparse.ArgumentParser(
        prog="python -m tests.kit.hyperliquid",
        description=__doc__,
        epilog=f"commands:\n{names}\n{_EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--network", choices=("Mainnet", "Testnet"), default="Testnet")
    parser.add_argument(
        "--seed", type=int, default=0, help="which of the exchanges that the documentation leaves open"
    )
    parser.add_argument("--standing", action="store_true", help="time stands still until it is advanced")
    parser.add_argument("--tied", action="store_true", help="ends when its standard input does")
    parser.add_argument("--at", metavar="URL", help="of a running exchange, which gets the command")
    parser.add_argument("command", nargs="?", choices=sorted(commands()), metavar="command")
    parser.add_argument("arguments", nargs="*", metavar="name=value")
    return parser


def _arguments(method: object) -> str:
    assert callable(method)
    return " ".join(["", *(name for name in inspect.signature(method).parameters if name != "self")])


def _drive(options: argparse.Namespace) -> int:
    pairs = (argument.partition("=") for argument in options.arguments)
    given = {name: _read(text) for name, _, text in pairs}
    print(json.dumps(drive(options.at, options.command, **given), indent=2))
    return 0


def _read(text: str) -> object:
    """Lists and booleans are JSON; numbers stay text, which keeps them exact."""
    return json.loads(text) if text[:1] in '["' or text in ("true", "false", "null") else text


def _serve(options: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    clock = Clock() if options.standing else Clock(None)
    exchange = Exchange(network=options.network, seed=options.seed, clock=clock)
    for asset in default_universe():
        if not asset.delisted:
            exchange.quote(asset.name)
    with served(exchange, port=options.port) as url:
        print(json.dumps({"url": url, "network": options.network, "seed": options.seed}), flush=True)
        if options.tied:
            sys.stdin.read()
            return 0
        while True:
            time.sleep(3600)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
