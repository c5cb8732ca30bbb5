"""Where the exchange's data store keeps what: under keccak(abi.encode(keccak(abi.encode("NAME")), arguments...)).

Names and arguments are those of Keys.sol.
"""

from typing import Generic, TypeVar

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from agent.model import Address, Name
from agent.reading import Read
from agent.venues.gmx_v2.abi import Function, Param, params, snake
from agent.venues.gmx_v2.methods import DataStore

T = TypeVar("T")


def constant(name: str) -> bytes:
    return _hash(["string"], name)


def _hash(kinds: list[str], *args: object) -> bytes:
    return bytes(keccak(encode(kinds, args)))


class Key(Generic[T]):
    """One family of entries by its arguments; `forms` are all that there are, told apart by their number."""

    name: str

    def __init__(self, getter: Function, *forms: str) -> None:
        self._getter = getter
        self.forms: dict[int, tuple[Param, ...]] = {len(form): form for form in map(params, forms)}

    def __set_name__(self, _: type, name: str) -> None:
        self.name = name

    def __call__(self, *args: object, **named: object) -> bytes:
        """The arguments by place, or by name ("is_long")."""
        form = self.forms.get(len(args) + len(named))
        rest = [snake(param.name) for param in form[len(args) :]] if form is not None else []
        if form is None or set(rest) != set(named):
            raise ValueError(f"{self.name} does not take {args} {named}")
        every = (*args, *(named[name] for name in rest))
        kinds = [param.type for param in form]
        return _hash(["bytes32", *kinds], constant(self.name), *every) if every else constant(self.name)

    def at(self, source: Name, data_store: Address, *args: object, **named: object) -> Read[T]:
        """The entry at the pin; zero where nothing is kept."""
        return self._getter.at(source, data_store, self(*args, **named))


def _uint(*forms: str) -> Key[int]:
    return Key(DataStore.UINT, *forms)


def _int(*forms: str) -> Key[int]:
    return Key(DataStore.INT, *forms)


def _bool(*forms: str) -> Key[bool]:
    return Key(DataStore.BOOL, *forms)


def _address(*forms: str) -> Key[Address]:
    return Key(DataStore.ADDRESS, *forms)


def _bytes32(*forms: str) -> Key[bytes]:
    return Key(DataStore.BYTES32, *forms)


_MARKET = "address market"
_SIDE = "address market, bool isLong"
_COLLATERAL_SIDE = "address market, address collateralToken, bool isLong"
_MODULE = "address module, uint256 orderType"
_ACTION = "address account, address subaccount, bytes32 actionType"
_SUB = "address account, address subaccount"


class Keys:
    """USD and factors are x 1e30, factors per second where the name says so; a bool of impact and fee keys is whether
    the trade improves the balance of longs and shorts."""

    # What a keeper's work is estimated at, in gas.
    ESTIMATED_GAS_FEE_BASE_AMOUNT_V2_1 = _uint("")
    ESTIMATED_GAS_FEE_PER_ORACLE_PRICE = _uint("")
    ESTIMATED_GAS_FEE_MULTIPLIER_FACTOR = _uint("")
    INCREASE_ORDER_GAS_LIMIT = _uint("")
    DECREASE_ORDER_GAS_LIMIT = _uint("")
    SINGLE_SWAP_GAS_LIMIT = _uint("")
    SWAP_ORDER_GAS_LIMIT = _uint("")
    MAX_CALLBACK_GAS_LIMIT = _uint("")
    MAX_EXECUTION_FEE_MULTIPLIER_FACTOR = _uint("")
    REQUEST_EXPIRATION_TIME = _uint("")
    WNT = _address("")

    # Limits.
    MIN_COLLATERAL_USD = _uint("")
    MIN_POSITION_SIZE_USD = _uint("")
    MAX_OPEN_INTEREST = _uint(_SIDE)
    RESERVE_FACTOR = _uint(_SIDE)
    OPEN_INTEREST_RESERVE_FACTOR = _uint(_SIDE)
    MIN_COLLATERAL_FACTOR = _uint(_MARKET)
    MIN_COLLATERAL_FACTOR_FOR_LIQUIDATION = _uint(_MARKET)
    MIN_COLLATERAL_FACTOR_FOR_OPEN_INTEREST_MULTIPLIER = _uint(_SIDE)
    MAX_COLLATERAL_SUM = _uint(_COLLATERAL_SIDE)
    MAX_PNL_FACTOR = _uint("bytes32 pnlFactorType, address market, bool isLong")
    IS_ADL_ENABLED = _bool(_SIDE)
    MAX_AUTO_CANCEL_ORDERS = _uint("")
    MAX_SWAP_PATH_LENGTH = _uint("")
    MAX_DATA_LENGTH = _uint("")

    # The state of a market. Amounts of a market with one token on both sides count twice.
    OPEN_INTEREST = _uint(_COLLATERAL_SIDE)
    OPEN_INTEREST_IN_TOKENS = _uint(_COLLATERAL_SIDE)
    COLLATERAL_SUM = _uint(_COLLATERAL_SIDE)
    POOL_AMOUNT = _uint("address market, address token")
    POSITION_IMPACT_POOL_AMOUNT = _uint(_MARKET)

    # Fees and impact.
    POSITION_FEE_FACTOR = _uint("address market, bool balanceWasImproved")
    POSITION_IMPACT_FACTOR = _uint("address market, bool isPositive")
    POSITION_IMPACT_EXPONENT_FACTOR = _uint("address market, bool isPositive")
    MAX_POSITION_IMPACT_FACTOR = _uint("address market, bool isPositive")
    MAX_POSITION_IMPACT_FACTOR_FOR_LIQUIDATIONS = _uint(_MARKET)
    LIQUIDATION_FEE_FACTOR = _uint(_MARKET)
    UI_FEE_FACTOR = _uint("address account")
    MAX_UI_FEE_FACTOR = _uint("")

    # Borrowing.
    OPTIMAL_USAGE_FACTOR = _uint(_SIDE)
    BASE_BORROWING_FACTOR = _uint(_SIDE)
    ABOVE_OPTIMAL_USAGE_BORROWING_FACTOR = _uint(_SIDE)
    CUMULATIVE_BORROWING_FACTOR = _uint(_SIDE)
    CUMULATIVE_BORROWING_FACTOR_UPDATED_AT = _uint(_SIDE)
    SKIP_BORROWING_FEE_FOR_SMALLER_SIDE = _bool("")

    # Funding. MIN and MAX are per side from 2.2c on.
    FUNDING_FACTOR = _uint(_MARKET)
    FUNDING_EXPONENT_FACTOR = _uint(_MARKET)
    SAVED_FUNDING_FACTOR_PER_SECOND = _int(_MARKET)
    FUNDING_INCREASE_FACTOR_PER_SECOND = _uint(_MARKET)
    FUNDING_DECREASE_FACTOR_PER_SECOND = _uint(_MARKET)
    MIN_FUNDING_FACTOR_PER_SECOND = _uint(_MARKET, _SIDE)
    MAX_FUNDING_FACTOR_PER_SECOND = _uint(_MARKET, _SIDE)
    THRESHOLD_FOR_STABLE_FUNDING = _uint(_MARKET)
    THRESHOLD_FOR_DECREASE_FUNDING = _uint(_MARKET)
    FUNDING_UPDATED_AT = _uint(_MARKET)
    FUNDING_FEE_AMOUNT_PER_SIZE = _uint(_COLLATERAL_SIDE)
    CLAIMABLE_FUNDING_AMOUNT_PER_SIZE = _uint(_COLLATERAL_SIDE)
    CLAIMABLE_FUNDING_AMOUNT = _uint(
        "address market, address token", "address market, address token, address account"
    )
    USE_OPEN_INTEREST_IN_TOKENS_FOR_BALANCE = _bool("")

    # Switches. The module is the handler or router that serves the feature.
    IS_MARKET_DISABLED = _bool(_MARKET)
    CREATE_ORDER_FEATURE_DISABLED = _bool(_MODULE)
    EXECUTE_ORDER_FEATURE_DISABLED = _bool(_MODULE)
    UPDATE_ORDER_FEATURE_DISABLED = _bool(_MODULE)
    CANCEL_ORDER_FEATURE_DISABLED = _bool(_MODULE)
    CLAIM_FUNDING_FEES_FEATURE_DISABLED = _bool("address module")
    SUBACCOUNT_FEATURE_DISABLED = _bool("address module")

    # Delegation. The count adds up over the whole life of the delegation; what was never set is 0 and allows nothing.
    MAX_ALLOWED_SUBACCOUNT_ACTION_COUNT = _uint(_ACTION)
    SUBACCOUNT_EXPIRES_AT = _uint(_ACTION)
    SUBACCOUNT_ACTION_COUNT = _uint(_ACTION)
    SUBACCOUNT_AUTO_TOP_UP_AMOUNT = _uint(_SUB)
    SUBACCOUNT_INTEGRATION_ID = _bytes32(_SUB)
    SUBACCOUNT_INTEGRATION_DISABLED = _bool("bytes32 integrationId")

    # How execution is priced; a test sets these.
    IS_ORACLE_PROVIDER_ENABLED = _bool("address provider")
    ORACLE_PROVIDER_FOR_TOKEN = _address("address token", "address oracle, address token")
    MAX_ORACLE_PRICE_AGE = _uint("")


class Sets:
    """Keys of lists. `at` reads the length; DataStore has methods for a part of one and for what it contains."""

    MARKET_LIST = Key[int](DataStore.ADDRESS_COUNT, "")
    POSITION_LIST = Key[int](DataStore.BYTES32_COUNT, "")
    """Of everybody; one of them shows in which layout the reader answers."""
    ACCOUNT_POSITION_LIST = Key[int](DataStore.BYTES32_COUNT, "address account")
    ACCOUNT_ORDER_LIST = Key[int](DataStore.BYTES32_COUNT, "address account")
    SUBACCOUNT_LIST = Key[int](DataStore.ADDRESS_COUNT, "address account")


SUBACCOUNT_ORDER_ACTION = constant("SUBACCOUNT_ORDER_ACTION")
"""The one kind of action that a subaccount has."""
MAX_PNL_FACTOR_FOR_TRADERS = constant("MAX_PNL_FACTOR_FOR_TRADERS")
MAX_PNL_FACTOR_FOR_ADL = constant("MAX_PNL_FACTOR_FOR_ADL")


CONTROLLER = constant("CONTROLLER")
"""A router without this role creates no orders any more; without ROUTER_PLUGIN it cannot move what was approved."""
ROUTER_PLUGIN = constant("ROUTER_PLUGIN")
ORDER_KEEPER = constant("ORDER_KEEPER")
FROZEN_ORDER_KEEPER = constant("FROZEN_ORDER_KEEPER")
LIQUIDATION_KEEPER = constant("LIQUIDATION_KEEPER")
ADL_KEEPER = constant("ADL_KEEPER")


def position_key(account: Address, market: Address, collateral_token: Address, is_long: bool) -> bytes:
    """One position per key: a short with USDC and one with WETH as collateral are two."""
    return _hash(["address", "address", "address", "bool"], account, market, collateral_token, is_long)
