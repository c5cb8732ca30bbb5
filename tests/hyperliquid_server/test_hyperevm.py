"""The read precompiles of a local chain, fed from the exchange."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from eth_abi.abi import decode, encode

from tests.kit.devnet.chain import Chain
from tests.kit.devnet.errors import DevnetError
from tests.kit.devnet.origin import anvil
from tests.kit.devnet.roles import Role, actor
from tests.kit.hyperliquid import hyperevm
from tests.unit.kit.hyperliquid.scene import ETH, OWNER, Scene, limit

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    with anvil(chain_id=999) as url:
        chain = Chain(url)
        hyperevm.install(chain)
        yield chain


def _read(chain: Chain, number: int, types: list[str], arguments: list[Any], answer: list[str]) -> tuple[Any, ...]:
    """As a client reads: the encoded arguments and nothing else."""
    data = "0x" + encode(types, arguments).hex()
    found = chain.rpc("eth_call", {"to": hyperevm.precompile(number), "data": data}, "latest")
    return decode(answer, bytes.fromhex(found[2:]))


def _price(chain: Chain, number: int, asset: int) -> int:
    return int(_read(chain, number, ["uint32"], [asset], ["uint64"])[0])


_POSITION = ["int64", "uint64", "int64", "uint32", "bool"]


def test_precompiles__after_a_trade__tell_what_the_exchange_tells(chain: Chain) -> None:
    scene = Scene()
    scene.exchange.set_leverage(OWNER.address, "ETH", 2, is_cross=False)
    scene.order(limit("A", "0.5", "1999"))
    scene.exchange.set_oracle("ETH", Decimal("2000.5"))
    scene.exchange.set_mark("ETH", Decimal("1990.2"))
    hyperevm.publish(chain, scene.exchange)
    asked = (["address", "uint16"], [OWNER.address, ETH])
    assert _read(chain, hyperevm.POSITION, *asked, _POSITION) == (-5_000, 999_500_000, 1_499_250_000, 2, True)
    assert _read(chain, hyperevm.POSITION_2, *asked, _POSITION)[0] == -5_000
    assert (_price(chain, hyperevm.ORACLE, ETH), _price(chain, hyperevm.MARK, ETH)) == (200_050, 199_020)
    value = _read(
        chain, hyperevm.MARGIN, ["uint32", "address"], [0, OWNER.address], ["int64", "uint64", "uint64", "int64"]
    )
    summary = scene.ask("clearinghouseState")["marginSummary"]
    names = ("accountValue", "totalMarginUsed", "totalNtlPos", "totalRawUsd")
    assert [Decimal(part).scaleb(-6) for part in value] == [Decimal(summary[name]) for name in names]
    info = _read(chain, hyperevm.ASSET_INFO, ["uint32"], [ETH], ["(string,uint32,uint8,uint8,bool)"])
    assert info == (("ETH", 55, 4, 25, False),)


def test_precompile__of_an_unknown_asset__fails_and_burns_all_gas(chain: Chain) -> None:
    with pytest.raises(DevnetError):
        _price(chain, hyperevm.ORACLE, 99)
    asked = {"to": hyperevm.precompile(hyperevm.ORACLE), "data": f"0x{99:064x}", "gas": hex(90_000)}
    sent = chain.rpc("eth_sendTransaction", asked | {"from": actor(Role.STRANGER).address})
    assert int(chain.rpc("eth_getTransactionReceipt", sent)["gasUsed"], 16) == 90_000


def test_precompile__told_otherwise__disagrees_with_the_exchange(chain: Chain) -> None:
    hyperevm.publish(chain, Scene().exchange)
    hyperevm.answer(chain, hyperevm.ORACLE, [hyperevm.price_row(ETH, 190_000)])
    assert (_price(chain, hyperevm.ORACLE, ETH), _price(chain, hyperevm.MARK, ETH)) == (190_000, 200_000)
