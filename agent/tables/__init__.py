"""The tables of the configuration file, each checked by itself; settings.py holds the file as a whole."""

from agent.tables.hedging import (
    CarrySettings,
    HedgeSettings,
    LimitSettings,
    OnChangeSettings,
    OverrideSettings,
    ZoneSettings,
)
from agent.tables.outside import (
    ChainSettings,
    DeclaredSettings,
    KeySettings,
    PegSettings,
    PriceSettings,
    RateFeedSettings,
    SequencerSettings,
    TokenSettings,
    WalletSettings,
)

__all__ = [
    "CarrySettings",
    "ChainSettings",
    "DeclaredSettings",
    "HedgeSettings",
    "KeySettings",
    "LimitSettings",
    "OnChangeSettings",
    "OverrideSettings",
    "PegSettings",
    "PriceSettings",
    "RateFeedSettings",
    "SequencerSettings",
    "TokenSettings",
    "WalletSettings",
    "ZoneSettings",
]
