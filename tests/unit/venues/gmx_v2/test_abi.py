"""Text to types, bytes to names, names to values."""

import pytest

from agent.model import Address, value
from agent.venues.gmx_v2.abi import Function, decode, encode, fill, many, one, params, snake

TOKEN = Address("0x52908400098527886E0F7030069857D2E4169EE7")


@value
class Price:
    min: int
    max: int


@value
class Quote:
    token: Address
    price: Price
    size_in_usd: int
    source: bytes | None = None


TEXT = (
    "getQuote(address token, uint256[] sizes) "
    "returns ((address token, (uint256 min, uint256 max) price, int256 sizeInUsd) quote)"
)
QUOTE = Quote(token=TOKEN, price=Price(min=1, max=2), size_in_usd=-3)


def test_function__from_text__has_the_chains_signature_and_its_names() -> None:
    function = Function(TEXT)
    assert function.signature == "getQuote(address,uint256[])"
    assert function.outputs == ("(address,(uint256,uint256),int256)",)
    assert function.args(function.data(TOKEN, [1, 2])) == {"token": TOKEN, "sizes": (1, 2)}


def test_params__unnamed__are_called_by_their_place() -> None:
    assert [param.name for param in params("bool, string, (int256 a) more")] == ["0", "1", "more"]
    assert params("") == ()
    [nested] = params("(uint256 min, (address token, bytes[] data)[] more)[] prices")
    assert (nested.name, nested.type) == ("prices", "(uint256,(address,bytes[])[])[]")


@pytest.mark.parametrize("given", [QUOTE, (TOKEN, (1, 2), -3), {"token": TOKEN, "price": (1, 2), "sizeInUsd": -3}])
def test_encode__a_value_a_tuple_or_names__are_the_same_bytes(given: object) -> None:
    gives = Function(TEXT).gives
    raw = encode(gives, (given,))
    assert one(Quote)(decode(gives, raw)["quote"]) == QUOTE


def test_decode__bytes_after_the_end__are_refused() -> None:
    gives = Function(TEXT).gives
    with pytest.raises(ValueError, match="160 bytes decode to values that encode to 128 other bytes"):
        decode(gives, encode(gives, (QUOTE,)) + bytes(32))


def test_decode__another_order_of_the_tails__is_refused() -> None:
    of = params("bytes a, bytes b")
    canonical = encode(of, (b"x", b"y"))
    head, first, second = canonical[:64], canonical[64:128], canonical[128:]
    assert decode(of, canonical) == {"a": b"x", "b": b"y"}
    with pytest.raises(ValueError, match="decode to values"):
        decode(of, head[32:] + head[:32] + second + first)


def test_args__of_another_method__are_refused() -> None:
    with pytest.raises(ValueError, match="0x00000000 is not the selector of getQuote"):
        Function(TEXT).args(bytes(68))


def test_fill__a_name_that_is_missing__is_an_error_unless_it_has_a_default() -> None:
    wire = {"token": TOKEN, "price": {"min": 1, "max": 2}, "sizeInUsd": -3}
    assert fill(Quote, wire).source is None
    with pytest.raises(ValueError, match=r"Quote: .*size_in_usd"):
        fill(Quote, {"token": TOKEN, "price": {"min": 1, "max": 2}})


def test_fill__a_name_at_two_places__is_an_error_rather_than_a_guess() -> None:
    wire = {"a": {"token": TOKEN}, "b": {"token": TOKEN}, "price": {"min": 1, "max": 2}, "sizeInUsd": -3}
    with pytest.raises(ValueError, match="Quote: token stands there twice"):
        fill(Quote, wire)


def test_many__of_a_list__keeps_its_order() -> None:
    assert many(Price)(({"min": 1, "max": 2}, {"min": 3, "max": 4})) == (Price(min=1, max=2), Price(min=3, max=4))


@pytest.mark.parametrize(
    ("wire", "ours"),
    [
        ("sizeInUsd", "size_in_usd"),
        ("_dataList", "data_list"),
        ("indexTokenPrice.max", "index_token_price_max"),
        ("values.priceImpactDiffUsd", "values_price_impact_diff_usd"),
    ],
)
def test_snake__a_name_of_the_wire__is_a_name_of_ours(wire: str, ours: str) -> None:
    assert snake(wire) == ours
