"""Every method and event that the venue names, against the ABI that the exchange ships."""

from collections.abc import Iterator
from typing import Any

import pytest
from eth_utils.abi import abi_to_signature, collapse_if_tuple
from eth_utils.crypto import keccak
from web3 import Web3

from agent.evm import Method
from agent.model import Draft, EvmTx, Leg, Trade
from agent.units import Base, Price
from agent.venues.perp_v2 import methods
from agent.venues.perp_v2.methods import ClearingHouse
from tests.kit.devnet.artifacts import artifact
from tests.unit.venues.scene import ACCOUNT, BASE, ETH, PERP, TERMS, WAD, Scene, look, perp_v2

pytestmark = pytest.mark.chain

SHIPPED = {
    methods.ClearingHouse: "ClearingHouse",
    methods.Config: "ClearingHouseConfig",
    methods.AccountBalance: "AccountBalance",
    methods.Exchange: "Exchange",
    methods.MarketRegistry: "MarketRegistry",
    methods.BaseToken: "BaseToken",
    methods.Vault: "Vault",
    methods.DelegateApproval: "DelegateApproval",
    methods.Pool: "UniswapV3Pool",
    methods.Erc20: "Token",
}


def named() -> Iterator[tuple[str, Method]]:
    for contract, artifact_name in SHIPPED.items():
        for method in vars(contract).values():
            if isinstance(method, Method):
                yield artifact_name, method


@pytest.mark.parametrize(("contract", "method"), named(), ids=lambda part: getattr(part, "signature", part))
def test_method__as_we_name_it__is_in_the_abi_with_these_outputs(contract: str, method: Method) -> None:
    functions = {signature(entry): entry for entry in artifact(contract).abi if entry["type"] == "function"}
    assert method.signature in functions
    outputs = [collapse_if_tuple(output) for output in functions[method.signature]["outputs"]]
    assert ",".join(outputs) in (",".join(method.outputs), f"({','.join(method.outputs)})")  # values, or a struct


@pytest.mark.parametrize(
    ("contract", "name", "topic", "indexed"),
    [
        ("ClearingHouse", "PositionChanged", ClearingHouse.POSITION_CHANGED, ["trader", "baseToken"]),
        ("ClearingHouse", "PositionLiquidated", ClearingHouse.POSITION_LIQUIDATED, ["trader", "baseToken"]),
        ("Vault", "Deposited", methods.Vault.DEPOSITED, ["collateralToken", "trader"]),
        ("Vault", "Withdrawn", methods.Vault.WITHDRAWN, ["collateralToken", "trader"]),
    ],
)
def test_event__as_we_name_it__is_in_the_abi(contract: str, name: str, topic: bytes, indexed: list[str]) -> None:
    [event] = [entry for entry in artifact(contract).abi if entry.get("name") == name]
    assert keccak(text=signature(event)) == topic
    assert [each["name"] for each in event["inputs"] if each["indexed"]] == indexed


@pytest.mark.parametrize(
    ("size", "worst", "sells", "amount", "bound"),
    [("-1.5", "1990", True, 1_500_000_000_000_000_000, 2_985 * WAD), ("5", "2010", False, 5 * WAD, 10_050 * WAD)],
)
def test_trade__decoded_with_the_shipped_abi__says_what_was_meant(
    size: str, worst: str, sells: bool, amount: int, bound: int
) -> None:
    trade = Trade(market=ETH, size=Base(size), worst=Price(worst), reduce_only=False)
    draft = perp_v2().compose(Leg(venue=PERP, actions=(trade,)), look(Scene())[0], TERMS)
    assert isinstance(draft, Draft)
    [payload] = draft.payloads
    assert isinstance(payload, EvmTx)
    function, given = Web3().eth.contract(abi=artifact("ClearingHouse").abi).decode_function_input(payload.data)
    assert function.fn_name == "openPositionFor"
    assert given == {
        "trader": ACCOUNT,
        "params": {
            "baseToken": BASE,
            "isBaseToQuote": sells,
            "isExactInput": sells,
            "amount": amount,
            "oppositeAmountBound": bound,
            "deadline": TERMS.expires_ms // 1000,
            "sqrtPriceLimitX96": 0,
            "referralCode": bytes(32),
        },
    }


def signature(entry: Any) -> str:
    return abi_to_signature(entry)
