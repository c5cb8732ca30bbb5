"""The file that `init` writes: every section that a first hedge needs, each with a line that says what it is for."""

import json
import re
from collections.abc import Mapping, Sequence
from string import Template

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def render(
    words: Mapping[str, str],
    figures: Mapping[str, int],
    contracts: Mapping[str, str],
    assets: Sequence[str],
    unhedged: Sequence[str],
    parameters: Mapping[str, str],
) -> str:
    """Whatever was answered stands in the file as it was said, and cannot end its own quotes."""
    feed = _FEED if words["feed"] else _NO_FEED
    places = {**{name: quote(said) for name, said in words.items()}, **figures, "name": key(words["underlying"])}
    return _TEMPLATE.substitute(
        places,
        prices=feed.substitute(places),
        symbols=_listed(assets),
        unhedged=f"\n# Held, and on purpose not hedged.\nunhedged = {_listed(unhedged)}\n" if unhedged else "",
        contracts="\n".join(f"{key(name)} = {quote(address)}" for name, address in contracts.items()),
        parameters="".join(f"parameters.{dotted(name)} = {quote(said)}\n" for name, said in parameters.items()),
    )


def quote(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else quote(name)


def dotted(name: str) -> str:
    """A key, or one inside a table: ratios.2027-01-31."""
    return ".".join(map(key, name.split(".", 1)))


def _listed(names: Sequence[str]) -> str:
    return f"[{', '.join(map(quote, names))}]"


_FEED = Template("""\
# An independent price: the venue's must agree with it.
[prices.$name]
chain = "main"
underlying = $underlying
feed = $feed
decimals = $feed_decimals
max_age_s = 3900    # a little more than the feed's own heartbeat
""")

_NO_FEED = Template("""\
# Without an independent price nothing is added to a position; reducing and flattening stay possible.
# [prices.$name]
# chain = "main"
# underlying = $underlying
# feed = "0x..."
""")

_TEMPLATE = Template("""\
# hedgekeeper. Every key: docs/reference.md. An RPC URL may hold a key: keep this file to yourself (mode 600), or
# write "env:NAME" or "file:PATH" in the URL's place.

# Folder of the journal, beside this file: keep it, back it up.
state = "hedgekeeper-state"
$unhedged
# Name two nodes or more: one that lags or disagrees is left out. No transaction bids more than max_fee_gwei.
[chains.main]
id = $chain_id
rpc = [$rpc]
max_fee_gwei = $max_fee_gwei

# The hot key: trades, pays gas, holds a small reserve; never spot.
# Instead of a keystore: env = "NAME" or file = "PATH".
[keys.operator]
address = $operator
keystore = $keystore
password = "env:HEDGEKEEPER_PASSWORD"

# Watched only: this wallet never signs.
[wallets.cold]
chain = "main"
address = $wallet
assets = $symbols

$prices
# The account owns collateral and position; the operator may trade for it, and cannot withdraw.
[venues.perp]
kind = "perp-v2"
chain = "main"
account = $account
operator = "operator"
collateral = $collateral
collateral_decimals = $collateral_decimals

# Pinned: compare them with the exchange's own deployment list.
[venues.perp.contracts]
$contracts

[venues.perp.markets.$name]
underlying = $underlying
base_token = $base_token
pool = $pool

[hedges.$name]
policy = $policy    # starter hedges 10 %: a first live run
${parameters}band = "0.02"    # no trade while the short is within 2 % of its target
venues = ["perp"]

[limits]
open_leverage = "2"    # no increase above it
rescue_leverage = "4"    # above it collateral is added from the reserve
max_order_usd = "10000"
max_daily_turnover_usd = "50000"
max_oracle_deviation = "0.01"
max_basis = "0.03"
""")
