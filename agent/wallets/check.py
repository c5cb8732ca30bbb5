"""Whether each token is what the configuration takes it for: what `doctor` asks, beyond what every look verifies."""

from typing import Literal

from agent.errors import Unreadable
from agent.evm import Method
from agent.model import Address, Name
from agent.model.findings import Finding
from agent.reading import Reading
from agent.wallets.onchain import DECIMALS
from agent.wallets.tokens import Token

SYMBOL = Method("symbol()", "string")
ASSET = Method("asset()", "address")


def check(source: Name, tokens: tuple[Token, ...]) -> Reading[tuple[Finding, ...]]:
    """One finding per token; the chain's own coin has nothing to check."""
    findings = list[Finding]()
    for token in tokens:
        if token.address is not None:
            findings.append((yield from _check(source, token, token.address)))
    return tuple(findings)


def _check(source: Name, token: Token, address: Address) -> Reading[Finding]:
    symbol, decimals = SYMBOL.at(source, address), DECIMALS.at(source, address)
    found = yield (symbol, decimals)
    try:
        stated, called = found[decimals], found[symbol]
        scale = (yield from _asset_decimals(source, address)) if token.rate == "convertToAssets" else None
    except Unreadable as error:
        return _finding(source, token, "fail", str(error))
    if stated != token.decimals:
        return _finding(source, token, "fail", f"has {stated} decimals, not {token.decimals}")
    if scale is not None and scale != token.rate_decimals:
        says = f"its asset has {scale} decimals, but its rate is read with {token.rate_decimals}"
        return _finding(source, token, "fail", says)
    if called != token.symbol:
        return _finding(source, token, "warn", f"calls itself {called!r}, {stated} decimals")
    return _finding(source, token, "ok", f"{called}, {stated} decimals")


def _asset_decimals(source: Name, vault: Address) -> Reading[int]:
    """Of what an ERC-4626 vault holds: convertToAssets answers in these."""
    asset = ASSET.at(source, vault)
    address = (yield (asset,))[asset]
    decimals = DECIMALS.at(source, Address(address))
    answered: int = (yield (decimals,))[decimals]
    return answered


def _finding(source: Name, token: Token, level: Literal["ok", "warn", "fail"], says: str) -> Finding:
    return Finding(subject=f"{token.symbol} on {source}", level=level, says=f"{token.address}: {says}")
