"""Whether each token is what the configuration takes it for: what `doctor` asks, beyond what every look verifies."""

from agent.errors import Unreadable
from agent.evm import Method
from agent.model import Address, Name
from agent.model.findings import Finding, Level
from agent.reading import Reading
from agent.units import Ratio
from agent.wallets.onchain import DECIMALS
from agent.wallets.rates import rate_of
from agent.wallets.tokens import Token

SYMBOL = Method("symbol()", "string")
ASSET = Method("asset()", "address")


def check(source: Name, tokens: tuple[Token, ...]) -> Reading[tuple[Finding, ...]]:
    """One finding per token; the chain's own coin has nothing to check."""
    findings = list[Finding]()
    for token in tokens:
        if token.address is not None:
            level, says = yield from _check(source, token, token.address)
            findings.append(
                Finding(subject=f"{token.symbol} on {source}", level=level, says=f"{token.address}: {says}")
            )
    return tuple(findings)


def _check(source: Name, token: Token, address: Address) -> Reading[tuple[Level, str]]:
    symbol, decimals, rate = SYMBOL.at(source, address), DECIMALS.at(source, address), rate_of(source, token)
    found = yield (symbol, decimals, *rate.reads())
    try:
        stated, called = found[decimals], found[symbol]
        if stated != token.decimals:
            return "fail", f"has {stated} decimals, not {token.decimals}"
        scale = (yield from _asset_decimals(source, address)) if token.rate == "convertToAssets" else None
        if scale is not None and scale != token.rate_decimals:
            return "fail", f"its asset has {scale} decimals, but its rate is read with {token.rate_decimals}"
        worth = rate.ratio(found)
    except Unreadable as error:
        return "fail", str(error)
    return _named(token, called, f"{stated} decimals{_worth(token, worth)}")


def _worth(token: Token, rate: Ratio) -> str:
    return "" if token.rate == "one" else f", 1 {token.symbol} is worth {rate} {token.underlying} now"


def _named(token: Token, called: str, says: str) -> tuple[Level, str]:
    """Two tokens of one chain may share a symbol: a longer name, like USDC.e of a USDC, tells them apart."""
    if called == token.symbol:
        return "ok", f"{called}, {says}"
    level: Level = "warn" if called and called.casefold() in token.symbol.casefold() else "fail"
    return level, f"calls itself {called!r}, not {token.symbol!r}: is this the right address? {says}"


def _asset_decimals(source: Name, vault: Address) -> Reading[int]:
    """Of what an ERC-4626 vault holds: convertToAssets answers in these."""
    asset = ASSET.at(source, vault)
    address = (yield (asset,))[asset]
    decimals = DECIMALS.at(source, Address(address))
    answered: int = (yield (decimals,))[decimals]
    return answered
