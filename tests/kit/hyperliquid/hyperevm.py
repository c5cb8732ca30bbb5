"""The exchange's state behind HyperEVM's read precompiles, on a local chain.

    install(chain)             once
    publish(chain, exchange)   whenever the chain is to catch up

Stubs of our own: they show that a reader encodes and decodes as documented, and nothing about the real chain.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from tests.kit.devnet.chain import Chain
from tests.kit.devnet.roles import Role, actor
from tests.kit.hyperliquid.accounts import USDC, Account
from tests.kit.hyperliquid.amounts import ZERO
from tests.kit.hyperliquid.exchange import Exchange
from tests.kit.hyperliquid.margin import Margin
from tests.kit.hyperliquid.state import State

POSITION, SPOT_BALANCE, WITHDRAWABLE, MARK, ORACLE, BLOCK, ASSET_INFO, BBO, MARGIN, EXISTS, POSITION_2 = (
    0x800, 0x801, 0x803, 0x806, 0x807, 0x809, 0x80A, 0x80E, 0x80F, 0x810, 0x813,
)  # fmt: skip
_ALL = (POSITION, SPOT_BALANCE, WITHDRAWABLE, MARK, ORACLE, BLOCK, ASSET_INFO, BBO, MARGIN, EXISTS, POSITION_2)
_USD_DECIMALS, _SPOT_USDC_DECIMALS, _PERP_DECIMALS = 6, 8, 6
_ROWS = 64
"""How many answers the contract takes at once."""

Row = tuple[bytes, bytes]
"""Arguments and answer, encoded."""


def precompile(number: int) -> ChecksumAddress:
    return to_checksum_address(f"0x{number:040x}")


def install(chain: Chain) -> None:
    """The same code everywhere; none has an answer yet."""
    stub = chain.deploy("ReadPrecompile", sender=actor(Role.DEPLOYER).address)
    code = chain.web3.eth.get_code(stub.address).to_0x_hex()
    for number in _ALL:
        chain.rpc("anvil_setCode", precompile(number), code)


def publish(chain: Chain, exchange: Exchange) -> None:
    """Each answer as the exchange has it now, in a block of its own per precompile."""
    with exchange.engine.at() as state:
        rows = dict(_rows(state))
    for number, found in rows.items():
        answer(chain, number, found)


def answer(chain: Chain, number: int, rows: Sequence[Row]) -> None:
    """What one precompile answers: also for tests in which the chain disagrees with the exchange."""
    stub = chain.at("ReadPrecompile", precompile(number))
    for start in range(0, len(rows), _ROWS):
        questions, answers = zip(*rows[start : start + _ROWS], strict=True)
        chain.send(stub, "answer", list(questions), list(answers), sender=actor(Role.DEPLOYER).address)


def position_row(user: str, asset: int, size: int, notional: int, raw_usd: int, leverage: int, isolated: bool) -> Row:
    answer_types = ["int64", "uint64", "int64", "uint32", "bool"]
    return _row(["address", "uint32"], (user, asset), answer_types, (size, notional, raw_usd, leverage, isolated))


def price_row(asset: int, raw: int) -> Row:
    """Of mark and oracle: the price x 10^(6 - szDecimals)."""
    return _row(["uint32"], (asset,), ["uint64"], (raw,))


def _rows(state: State) -> Iterator[tuple[int, list[Row]]]:
    users, assets = list(state.accounts.values()), range(len(state.assets))
    positions = [_position(state, account, asset) for account in users for asset in assets]
    yield POSITION, positions
    yield POSITION_2, positions
    yield SPOT_BALANCE, [_spot(account) for account in users]
    yield WITHDRAWABLE, [_withdrawable(state, account) for account in users]
    yield MARGIN, [_margin(state, account) for account in users]
    yield EXISTS, [_row(["address"], (account.address,), ["bool"], (True,)) for account in users]
    yield MARK, [price_row(asset, _price(state, asset, state.assets[asset].mark)) for asset in assets]
    yield ORACLE, [price_row(asset, _price(state, asset, state.assets[asset].oracle)) for asset in assets]
    yield ASSET_INFO, [_info(state, asset) for asset in assets]
    yield BBO, [_bbo(state, asset) for asset in assets]
    yield BLOCK, [(b"", encode(["uint64"], [state.now_ms // 1000]))]


def _position(state: State, account: Account, asset: int) -> Row:
    leverage, found = state.leverage(account, asset), account.positions.get(asset)
    if found is None:
        return position_row(account.address, asset, 0, 0, 0, leverage.value, not leverage.is_cross)
    raw_usd = ZERO if found.margin is None else found.margin - found.sign * found.entry_notional
    size = _whole(found.size, state.assets[asset].size_decimals)
    notional, raw = _usd(found.entry_notional), _usd(raw_usd)
    return position_row(account.address, asset, size, notional, raw, leverage.value, found.margin is not None)


def _spot(account: Account) -> Row:
    total = _whole(account.spot.get(USDC, ZERO), _SPOT_USDC_DECIMALS)
    return _row(["address", "uint64"], (account.address, 0), ["uint64", "uint64", "uint64"], (total, 0, 0))


def _withdrawable(state: State, account: Account) -> Row:
    free = ZERO if account.is_unified else Margin(state, account).withdrawable
    return _row(["address"], (account.address,), ["uint64"], (_usd(free),))


def _margin(state: State, account: Account) -> Row:
    """Of the first dex. A unified account has no meaningful value here either."""
    margin = Margin(state, account)
    equity = ZERO if account.is_unified else margin.total_equity
    raw = ZERO if account.is_unified else margin.raw_usd(equity, margin.positions)
    values = (_usd(equity), _usd(margin.total_used), _usd(margin.total_notional), _usd(raw))
    return _row(["uint32", "address"], (0, account.address), ["int64", "uint64", "uint64", "int64"], values)


def _info(state: State, index: int) -> Row:
    asset = state.assets[index]
    fields = (asset.name, asset.margin.id, asset.size_decimals, asset.max_leverage, asset.isolated_only)
    return _row(["uint32"], (index,), ["(string,uint32,uint8,uint8,bool)"], (fields,))


def _bbo(state: State, index: int) -> Row:
    book = state.assets[index].book
    best = (book.best(True), book.best(False))
    prices = tuple(_price(state, index, order.price) if order else 0 for order in best)
    return _row(["uint32"], (index,), ["uint64", "uint64"], prices)


def _row(types: list[str], arguments: tuple[Any, ...], answer_types: list[str], values: tuple[Any, ...]) -> Row:
    return encode(types, arguments), encode(answer_types, values)


def _price(state: State, index: int, price: Decimal) -> int:
    return _whole(price, _PERP_DECIMALS - state.assets[index].size_decimals)


def _usd(amount: Decimal) -> int:
    return _whole(amount, _USD_DECIMALS)


def _whole(amount: Decimal, decimals: int) -> int:
    return int(amount.scaleb(decimals))
