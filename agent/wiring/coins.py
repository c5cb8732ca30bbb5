"""The coins that watched wallets hold, as the configuration and the registry define them."""

from collections.abc import Sequence

from agent.model import Name
from agent.settings import Configuration
from agent.tables import TokenSettings
from agent.wallets.tokens import RateFeed, Token, tokens_for


def tokens(settings: Configuration, at: Name, symbols: Sequence[str]) -> tuple[Token, ...]:
    own = {symbol: _token(symbol, each) for symbol, each in settings.chains[at].tokens.items()}
    return tokens_for(at, settings.chains[at].id, symbols, own)


def watched(settings: Configuration, at: Name) -> tuple[Token, ...]:
    """Those of every wallet on that chain, each once."""
    symbols = {symbol for wallet in settings.wallets.values() if wallet.chain == at for symbol in wallet.assets}
    return tokens(settings, at, sorted(symbols))


def _token(symbol: str, configured: TokenSettings) -> Token:
    feed = RateFeed(**configured.feed.model_dump()) if configured.feed else None
    return Token(
        symbol=symbol,
        address=configured.address,
        decimals=configured.decimals,
        underlying=configured.underlying,
        rate=configured.rate,
        rate_decimals=configured.rate_decimals,
        feed=feed,
    )
