"""The questions that one look at the exchange asks, all in one batch."""

from dataclasses import fields
from typing import Any

from agent.evm import head
from agent.model import Stamp, value
from agent.reading import Read
from agent.venues.perp_v2.methods import (
    AccountBalance,
    BaseToken,
    ClearingHouse,
    Config,
    DelegateApproval,
    Erc20,
    Exchange,
    MarketRegistry,
    Pool,
    Vault,
)
from agent.venues.perp_v2.settings import MarketSettings
from agent.venues.perp_v2.setup import Setup


@value
class AccountReads:
    """About the account, the operator and the exchange as a whole."""

    now: Read[Stamp]
    initial_margin: Read[int]
    maintenance_margin: Read[int]
    max_funding: Read[int]
    twap_s: Read[int]
    paused: Read[bool]
    vault_paused: Read[bool]
    equity: Read[int]
    free: Read[int]
    open_margin: Read[int]
    reserve: Read[int]
    decimals: Read[int]
    may_open: Read[bool]
    base_tokens: Read[tuple[str, ...]]
    has_order: Read[bool]


@value
class MarketReads:
    """About one market."""

    size: Read[int]
    open_notional: Read[int]
    mark: Read[int]
    index: Read[int]
    is_open: Read[bool]
    max_ticks: Read[int]
    registered: Read[tuple[str, int, int, int, int]]
    slot0: Read[tuple[int, ...]]
    liquidity: Read[int]


@value
class FundingReads:
    """What funding is made of: the pool's price and the index, averaged over the same interval."""

    market_twap: Read[int]
    index_twap: Read[int]


def account_reads(setup: Setup) -> AccountReads:
    at, source, account = setup.contracts, setup.source, setup.account
    collateral, config = setup.settings.collateral, at.clearing_house_config
    return AccountReads(
        now=head(source),
        initial_margin=Config.INITIAL_MARGIN.at(source, config),
        maintenance_margin=Config.MAINTENANCE_MARGIN.at(source, config),
        max_funding=Config.MAX_FUNDING.at(source, config),
        twap_s=Config.TWAP_INTERVAL.at(source, config),
        paused=ClearingHouse.PAUSED.at(source, at.clearing_house),
        vault_paused=Vault.PAUSED.at(source, at.vault),
        equity=Vault.ACCOUNT_VALUE.at(source, at.vault, account),
        free=Vault.WITHDRAWABLE.at(source, at.vault, account, collateral),
        open_margin=Vault.FREE.at(source, at.vault, account),
        reserve=Erc20.BALANCE.at(source, collateral, setup.operator),
        decimals=Erc20.DECIMALS.at(source, collateral),
        may_open=DelegateApproval.MAY_OPEN.at(source, at.delegate_approval, account, setup.operator),
        base_tokens=AccountBalance.BASE_TOKENS.at(source, at.account_balance, account),
        has_order=AccountBalance.HAS_ORDER.at(source, at.account_balance, account),
    )


def market_reads(setup: Setup, market: MarketSettings) -> MarketReads:
    at, source, account, base = setup.contracts, setup.source, setup.account, market.base_token
    return MarketReads(
        size=AccountBalance.SIZE.at(source, at.account_balance, account, base),
        open_notional=AccountBalance.OPEN_NOTIONAL.at(source, at.account_balance, account, base),
        mark=AccountBalance.MARK.at(source, at.account_balance, base),
        index=BaseToken.INDEX.at(source, base, 0),
        is_open=BaseToken.IS_OPEN.at(source, base),
        max_ticks=Exchange.MAX_TICKS.at(source, at.exchange, base),
        registered=MarketRegistry.MARKET.at(source, at.market_registry, account, base),
        slot0=Pool.SLOT0.at(source, market.pool),
        liquidity=Pool.LIQUIDITY.at(source, market.pool),
    )


def funding_reads(setup: Setup, market: MarketSettings, interval_s: int) -> FundingReads:
    return FundingReads(
        market_twap=Exchange.MARKET_TWAP.at(setup.source, setup.contracts.exchange, market.base_token, interval_s),
        index_twap=BaseToken.INDEX.at(setup.source, market.base_token, interval_s),
    )


def questions(*groups: AccountReads | MarketReads | FundingReads) -> tuple[Read[Any], ...]:
    return tuple(getattr(group, field.name) for group in groups for field in fields(group))
