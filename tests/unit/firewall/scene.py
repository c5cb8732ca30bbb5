"""Legs of a plan with the payloads that carry them out, encoded here by hand and not by the venue's code."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from eth_abi.abi import encode
from eth_account import Account
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from agent.firewall import Dialect, Firewall
from agent.firewall.gmx_v2 import GmxV2
from agent.firewall.perp_v2 import PerpV2
from agent.model import Action, Address, EvmTx, Fund, Kind, Lane, Leg, Name, Payload, Rules, Trade, Warrant, value
from agent.signing.evm import EvmSigner
from agent.signing.hyperliquid import HyperliquidSigner
from agent.signing.keys import Key
from agent.signing.secret import Secret
from agent.signing.vault import LocalVault, Signer
from agent.units import Base, Price, Ratio, Usd, quote_bound

VENUE, ETH, BTC = Name("perp"), Name("ETH"), Name("BTC")
CHAIN_ID = 31_337
GWEI = 10**9
CEILING = 50 * GWEI
EXPIRES_MS = 1_800_000_180_500

OPEN = "(address,bool,bool,uint256,uint256,uint256,uint160,bytes32)"
CLOSE = "(address,uint160,uint256,uint256,bytes32)"
TYPES: dict[str, tuple[str, ...]] = {
    "approve": ("address", "uint256"),
    "deposit": ("address", "uint256"),
    "depositFor": ("address", "address", "uint256"),
    "openPosition": (OPEN,),
    "openPositionFor": ("address", OPEN),
    "closePosition": (CLOSE,),
}


def made_address(role: str) -> Address:
    return Address(to_checksum_address(keccak(text=role)[-20:]))


OPERATOR_SECRET = keccak(text="operator's key")
OPERATOR = Address(Account.from_key(OPERATOR_SECRET).address)
ACCOUNT, OWNER, STRANGER = made_address("account"), made_address("owner"), made_address("stranger")
LANE, OTHER_LANE = Lane(f"evm:{CHAIN_ID}:{OPERATOR}"), Lane(f"evm:1:{OPERATOR}")
MESSAGE_LANE = Lane(f"hyperliquid:testnet:{OPERATOR}")

DELEGATED = PerpV2(
    lane=LANE,
    operator=OPERATOR,
    account=ACCOUNT,
    clearing_house=made_address("clearing house"),
    vault=made_address("vault"),
    collateral=made_address("usdc"),
    collateral_decimals=6,
    base_tokens={ETH: made_address("base eth"), BTC: made_address("base btc")},
)
OWN = replace(DELEGATED, account=OPERATOR)


@value
class Sound:
    """One payload that should be signed: `rules` are those of its round."""

    pins: Dialect
    method: str
    tx: Payload
    rules: Rules

    @property
    def warrant(self) -> Warrant:
        return self.rules.warrants[0]

    @property
    def exits(self) -> bool:
        return self.warrant.leg.kind in (Kind.FLATTEN, Kind.RESCUE)

    @property
    def trade(self) -> Trade | None:
        return next((action for action in self.warrant.leg.actions if isinstance(action, Trade)), None)


@value
class OnChain(Sound):
    """A transaction."""

    pins: PerpV2 | GmxV2
    tx: EvmTx


@value
class Case(OnChain):
    """On Perp v2."""

    pins: PerpV2
    args: tuple[object, ...]


def call_data(method: str, args: Sequence[object]) -> bytes:
    types = TYPES[method]
    return bytes(keccak(text=f"{method}({','.join(types)})")[:4]) + encode(types, args)


def case(pins: PerpV2, method: str, args: tuple[object, ...], warrant: Warrant, nonce: int = 7) -> Case:
    to = {"approve": pins.collateral, "deposit": pins.vault, "depositFor": pins.vault}.get(
        method, pins.clearing_house
    )
    tx = EvmTx(
        lane=pins.lane,
        nonce=nonce,
        expires_ms=EXPIRES_MS,
        to=to,
        data=call_data(method, args),
        value=0,
        gas=1_200_000,
        max_fee=20 * GWEI,
        tip=GWEI,
    )
    rules = Rules(
        rehearsed=(tx,),
        ceilings={LANE: CEILING, OTHER_LANE: CEILING},
        warrants=(warrant,),
        max_deviation=Ratio("0.02"),
        max_order=Usd(50_000),
        turnover_left=Usd(200_000),
    )
    return Case(pins=pins, method=method, args=args, tx=tx, rules=rules)


def warrant(
    *actions: Action, position: str = "-20", outside: Price | None = None, kind: Kind = Kind.REBALANCE
) -> Warrant:
    return Warrant(
        leg=Leg(venue=VENUE, actions=actions, kind=kind),
        positions={ETH: Base(position)},
        outside={ETH: outside},
        expires_ms=EXPIRES_MS,
    )


def params(pins: PerpV2, trade: Trade) -> tuple[object, ...]:
    sells, amount = trade.size.sign() < 0, abs(trade.size).to_int(18)
    bound = quote_bound(trade.size, trade.worst, 18)
    return (pins.base_tokens[ETH], sells, sells, amount, bound, EXPIRES_MS // 1000, 0, bytes(32))


def order_case(pins: PerpV2, trade: Trade, warrant: Warrant) -> Case:
    if pins.operator == pins.account:
        return case(pins, "openPosition", (params(pins, trade),), warrant)
    return case(pins, "openPositionFor", (pins.account, params(pins, trade)), warrant)


def increase(pins: PerpV2, rng: Random) -> Case:
    size, price = (
        Base(-rng.randint(1_000, 12_000)) * Ratio("0.001"),
        Price(rng.randint(150_000, 350_000)) * Ratio("0.01"),
    )
    trade = Trade(market=ETH, size=size, worst=price * Ratio("0.99"), reduce_only=False)
    return order_case(pins, trade, warrant(trade, position="-3.3", outside=price))


def reduce(pins: PerpV2, rng: Random) -> Case:
    size, price = (
        Base(rng.randint(1_000, 19_000)) * Ratio("0.001"),
        Price(rng.randint(150_000, 350_000)) * Ratio("0.01"),
    )
    trade = Trade(market=ETH, size=size, worst=price * Ratio("1.01"), reduce_only=True)
    return order_case(pins, trade, warrant(trade, outside=price))


def flatten(pins: PerpV2, rng: Random) -> Case:
    """The whole position, with every price feed down and without a rehearsal."""
    size = Base(rng.randint(1_000, 90_000)) * Ratio("0.001")
    trade = Trade(market=ETH, size=size, worst=Price(rng.randint(150_000, 350_000)) * Ratio("0.01"), reduce_only=True)
    return order_case(pins, trade, warrant(trade, position=str(-size), kind=Kind.FLATTEN))


def close(pins: PerpV2, rng: Random) -> Case:
    flat = flatten(pins, rng)
    assert flat.trade is not None
    bound = quote_bound(flat.trade.size, flat.trade.worst, 18)
    args = (pins.base_tokens[ETH], 0, bound, EXPIRES_MS // 1000, bytes(32))
    return case(pins, "closePosition", (args,), flat.warrant)


def approve(pins: PerpV2, rng: Random) -> Case:
    fund = Fund(amount=Usd(rng.randint(1_000_01, 90_000_99)) * Ratio("0.01"))
    return case(pins, "approve", (pins.vault, fund.amount.to_int(6)), warrant(fund))


def approve_zero(pins: PerpV2, rng: Random) -> Case:
    return case(pins, "approve", (pins.vault, 0), approve(pins, rng).warrant)


def deposit(pins: PerpV2, rng: Random) -> Case:
    approved = approve(pins, rng)
    amount = approved.args[1]
    if pins.operator == pins.account:
        return case(pins, "deposit", (pins.collateral, amount), approved.warrant)
    return case(pins, "depositFor", (pins.account, pins.collateral, amount), approved.warrant)


def cases(seed: int, times: int) -> list[Case]:
    """Every kind of payload, with the operator as a delegate and as the account itself."""
    rng, made = Random(seed), []
    for _ in range(times):
        for pins in (DELEGATED, OWN):
            made += [make(pins, rng) for make in (approve, approve_zero, deposit, increase, reduce, flatten)]
        made.append(close(OWN, rng))
    return made


def firewall_of(case: Sound) -> Firewall:
    return Firewall({VENUE: case.pins})


def signer() -> EvmSigner:
    return EvmSigner(key=Key(address=OPERATOR, secret=Secret(OPERATOR_SECRET)), chain_id=CHAIN_ID)


def message_signer() -> HyperliquidSigner:
    return HyperliquidSigner(key=signer().key, network="testnet")


def signer_of(payload: Payload) -> Signer:
    return signer() if isinstance(payload, EvmTx) else message_signer()


def vault_behind(firewall: Firewall) -> LocalVault:
    return LocalVault(firewall, {LANE: signer(), MESSAGE_LANE: message_signer()})
