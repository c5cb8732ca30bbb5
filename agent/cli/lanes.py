"""Lanes in words. They stand in errors, too, which must be said before there is a configuration."""

import re
from collections.abc import Callable

EVM = re.compile(r"evm:(\d+):(0x[0-9a-fA-F]{40})")
AGENT = re.compile(r"hyperliquid:(mainnet|testnet):(0x[0-9a-fA-F]{40})")


def lanes_named(text: str, chain: Callable[[int], str] = "chain {}".format) -> str:
    """Every lane as operator and chain; `chain` names the chain of an id."""
    text = AGENT.sub(r"agent \2 on Hyperliquid \1", text)
    return EVM.sub(lambda found: f"operator {found[2]} on {chain(int(found[1]))}", text)
