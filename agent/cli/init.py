"""Writes a commented configuration, by asking or from flags; an existing file is never overwritten.

The exchange's other contracts are read from its clearing house. Nothing secret is asked for: the file only names
where the operator's key lies.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

from agent.cli.options import add_config
from agent.errors import ConfigError, Exit
from agent.model import Address

SUMMARY = "write a commented configuration"
EXAMPLES = """\
  hedgekeeper init                                      asks for everything
  hedgekeeper init --yes --rpc http://127.0.0.1:8545 \\
      --wallet 0x... --account 0x... --operator 0x... \\
      --clearing-house 0x... --base-token 0x...         asks for nothing; says what is missing
"""

QUESTIONS: Mapping[str, tuple[str, str | None]] = {
    "rpc": ("RPC URL of the chain (env:NAME keeps a key out of the file)", None),
    "wallet": ("address of the wallet whose coins are hedged (it never signs)", None),
    "assets": ("what it holds, by symbol", "ETH,WETH"),
    "underlying": ("the coin to hedge", "ETH"),
    "account": ("address of the account that owns collateral and position", None),
    "operator": ("address of the operator's hot key", None),
    "keystore": ("the operator's keystore file", "operator.json"),
    "clearing_house": ("address of the exchange's ClearingHouse", None),
    "base_token": ("address of the market's base token", None),
    "feed": ("address of an independent Chainlink feed of the coin (empty: none)", ""),
    "max_fee_gwei": ("the most to pay for gas, in gwei", "50"),
    "policy": ("policy: full, partial, starter or fixed-usd", "starter"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--yes", action="store_true", help="ask nothing: take flags and defaults")
    for name, (question, default) in QUESTIONS.items():
        shown = f" (default: {default})" if default else ""
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=name.upper(), help=f"{question}{shown}")


def main(args: argparse.Namespace) -> Exit:
    from agent.settings import load

    path: Path = args.config
    if path.exists():
        raise ConfigError(f"{path} exists and is left alone; name another file with --config")
    answers = {name: _answer(args, name) for name in QUESTIONS}
    for name in ("wallet", "account", "operator"):
        address(name, answers)
    text = render(answers, asyncio.run(_discover(answers, path)))
    try:
        with path.open("x") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error}") from None
    load(path)
    print(f"{path} written. Next: `hedgekeeper doctor -c {path}`, then `plan`, `rehearse`, and only then `run`")
    return Exit.DONE


def _answer(args: argparse.Namespace, name: str) -> str:
    question, default = QUESTIONS[name]
    given: str | None = getattr(args, name)
    if given is not None:
        return given
    if args.yes or not sys.stdin.isatty():
        if default is None:
            raise ConfigError(f"--{name.replace('_', '-')} is missing: {question}")
        return default
    shown = f" [{default}]" if default else ""
    while not (said := input(f"{question}{shown}: ").strip() or default or ""):
        if default == "":
            return ""
        print("  this one is needed")
    return said


async def _discover(answers: Mapping[str, str], path: Path) -> Mapping[str, str]:
    """What the exchange says of itself, as values for the template."""
    from agent.fields import parse_address as checksummed
    from agent.wiring.discovery import discover_perp_v2

    base_token = address("base_token", answers)
    chain_id, found = await discover_perp_v2(
        answers["rpc"], path.resolve().parent, address("clearing_house", answers), base_token
    )
    return {
        "chain_id": str(chain_id),
        "contracts": "\n".join(f'{name} = "{checksummed(pin)}"' for name, pin in found.contracts.items()),
        "collateral": checksummed(found.collateral),
        "collateral_decimals": str(found.collateral_decimals),
        "pool": checksummed(found.pools[base_token]),
    }


def address(name: str, answers: Mapping[str, str]) -> Address:
    from agent.fields import parse_address

    try:
        return parse_address(answers[name])
    except ValueError as error:
        raise ConfigError(f"--{name.replace('_', '-')}: {error}") from None


def render(answers: Mapping[str, str], found: Mapping[str, str]) -> str:
    """The file: every section that a first hedge needs, each with a line that says what it is for."""
    assets = ", ".join(f'"{symbol.strip()}"' for symbol in answers["assets"].split(","))
    feed = _FEED.substitute(answers) if answers["feed"] else _NO_FEED
    return _TEMPLATE.substitute({**answers, **found, "symbols": assets, "prices": feed})


_FEED = Template("""\
# An independent price: the venue's must agree with it.
[prices.$underlying]
chain = "main"
underlying = "$underlying"
feed = "$feed"
max_age_s = 3900    # a little more than the feed's own heartbeat
""")

_NO_FEED = """\
# Without an independent price nothing is added to a position; reducing and flattening stay possible.
# [prices.ETH]
# chain = "main"
# underlying = "ETH"
# feed = "0x..."
"""

_TEMPLATE = Template("""\
# hedgekeeper. Every key: docs/reference.md. No secret stands in this file.

# Folder of the journal, beside this file: keep it, back it up.
state = "hedgekeeper-state"

# Name two nodes or more: one that lags or disagrees is left out. No transaction bids more than max_fee_gwei.
[chains.main]
id = $chain_id
rpc = ["$rpc"]
max_fee_gwei = "$max_fee_gwei"

# The hot key: trades, pays gas, holds a small reserve; never spot.
# Instead of a keystore: env = "NAME" or file = "PATH".
[keys.operator]
address = "$operator"
keystore = "$keystore"
password = "env:HEDGEKEEPER_PASSWORD"

# Watched only: this wallet never signs.
[wallets.cold]
chain = "main"
address = "$wallet"
assets = [$symbols]

$prices
# The account owns collateral and position; the operator may trade for it, and cannot withdraw.
[venues.perp]
kind = "perp-v2"
chain = "main"
account = "$account"
operator = "operator"
collateral = "$collateral"
collateral_decimals = $collateral_decimals

# Pinned: compare them with the exchange's own deployment list.
[venues.perp.contracts]
$contracts

[venues.perp.markets.$underlying]
underlying = "$underlying"
base_token = "$base_token"
pool = "$pool"

[hedges.$underlying]
policy = "$policy"    # starter hedges 10 %: a first live run
band = "0.02"    # no trade while the short is within 2 % of its target
venues = ["perp"]

[limits]
open_leverage = "2"    # no increase above it
rescue_leverage = "4"    # above it collateral is added from the reserve
max_order_usd = "10000"
max_daily_turnover_usd = "50000"
max_oracle_deviation = "0.01"
max_basis = "0.03"
""")
