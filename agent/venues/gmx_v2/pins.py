"""For doctor: is the pinned market the exchange's own, and do its tokens count as the configuration says."""

from agent.model.findings import Finding, Level
from agent.reading import Reading
from agent.venues.gmx_v2.methods import Erc20, Reader
from agent.venues.gmx_v2.setup import Setup


def examine(setup: Setup) -> Reading[tuple[Finding, ...]]:
    """Wrong decimals of the collateral would post a hundred times too much: this must be right before a first run."""
    at, market, source = setup.contracts, setup.market, setup.source
    listed = Reader.MARKET.at(source, at.reader, at.data_store, market.token)
    coins = {"long": market.long, "short": market.short}
    decimals = {name: Erc20.DECIMALS.at(source, coin.address) for name, coin in coins.items()}
    found = yield listed, *decimals.values()
    said = found[listed]
    named = {
        "index": (market.index.address, said.index_token),
        "long": (market.long.address, said.long_token),
        "short": (market.short.address, said.short_token),
    }
    wrong = [f"its {key} token is {is_}, not {pin}" for key, (pin, is_) in named.items() if pin != is_]
    counts = {name: found[read] for name, read in decimals.items()}
    wrong += [
        f"its {name} token has {counts[name]} decimals, not {coin.decimals}"
        for name, coin in coins.items()
        if counts[name] != coin.decimals
    ]
    if market.index.address == market.long.address and market.index.decimals != market.long.decimals:
        wrong.append(f"its index token is its long token, which has {market.long.decimals} decimals")
    if wrong:
        return tuple(_finding(setup, "fail", f"market {market.token}: {each}") for each in wrong)
    return (_finding(setup, "ok", f"market {market.token} and its tokens are as configured"),)


def _finding(setup: Setup, level: Level, says: str) -> Finding:
    return Finding(subject=f"venue {setup.name}", level=level, says=says)
