"""Field types for settings: units and addresses. pydantic stays at this door."""

from decimal import Decimal
from typing import Annotated, TypeVar

from eth_utils.address import is_address, is_checksum_formatted_address, to_checksum_address
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, GetPydanticSchema
from pydantic_core import core_schema

from agent.model.base import Address
from agent.units import Base, Price, Quantity, Ratio, Usd

Q = TypeVar("Q", bound=Quantity)


class Settings(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _quantity(kind: type[Q]) -> GetPydanticSchema:
    """Accepts "0.02", or 0.02 as TOML reads it (a Decimal here, never a float)."""

    def parse(raw: object) -> Q:
        if isinstance(raw, kind):
            return raw
        if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
            raise ValueError('expected a number, like "0.02"')
        try:
            return kind(raw)
        except ArithmeticError:
            raise ValueError(f'"{raw}" is not a number, like "0.02"') from None

    return GetPydanticSchema(lambda source, handler: core_schema.no_info_plain_validator_function(parse))


def _at_least(bound: str) -> AfterValidator:
    def check(value: Q) -> Q:
        if value < type(value)(bound):
            raise ValueError(f"must be at least {bound}, not {value}")
        return value

    return AfterValidator(check)


def _positive(value: Q) -> Q:
    if value <= type(value)(0):
        raise ValueError(f"must be above 0, not {value}")
    return value


def _share(value: Ratio) -> Ratio:
    if not Ratio(0) <= value <= Ratio(1):
        raise ValueError(f"must lie between 0 and 1, not {value}")
    return value


def parse_address(raw: object) -> Address:
    """With its checksum; ValueError says what is wrong."""
    if not isinstance(raw, str) or not is_address(raw):
        raise ValueError(f"{raw!r} is not an address, like 0x followed by 40 hex digits")
    if is_checksum_formatted_address(raw) and to_checksum_address(raw) != raw:
        raise ValueError(f"{raw} fails its checksum: a digit may be mistyped")
    return Address(to_checksum_address(raw))


AddressField = Annotated[Address, BeforeValidator(parse_address)]
BaseField = Annotated[Base, _quantity(Base)]
PositiveBase = Annotated[Base, _quantity(Base), AfterValidator(_positive)]
PriceField = Annotated[Price, _quantity(Price)]
UsdField = Annotated[Usd, _quantity(Usd), _at_least("0")]
RatioField = Annotated[Ratio, _quantity(Ratio), _at_least("0")]
PositiveRatio = Annotated[Ratio, _quantity(Ratio), AfterValidator(_positive)]
ShareField = Annotated[Ratio, _quantity(Ratio), AfterValidator(_share)]
