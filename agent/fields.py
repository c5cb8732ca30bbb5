"""Field types for settings: units and addresses. pydantic stays at this door."""

import re
from decimal import Decimal
from typing import Annotated, TypeVar

from eth_hash.auto import keccak
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, GetPydanticSchema
from pydantic_core import core_schema

from agent.model.base import Address
from agent.units import Base, Price, Quantity, Ratio, Usd

Q = TypeVar("Q", bound=Quantity)

_ADDRESS = re.compile("0x[0-9a-fA-F]{40}")


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
    if not isinstance(raw, str) or not _ADDRESS.fullmatch(raw):
        raise ValueError(f"{raw!r} is not an address, like 0x followed by 40 hex digits")
    digits, checked = raw[2:], _checksummed(raw[2:].lower())
    if digits not in (digits.lower(), digits.upper(), checked):
        raise ValueError(f"{raw} fails its checksum: a digit may be mistyped")
    return Address(f"0x{checked}")


def _checksummed(digits: str) -> str:
    """EIP-55. Ours because eth_utils takes a tenth of a second to import, and every command reads the settings."""
    nibbles = keccak(digits.encode()).hex()
    return "".join(
        char.upper() if int(nibble, 16) > 7 else char for char, nibble in zip(digits, nibbles, strict=False)
    )


AddressField = Annotated[Address, BeforeValidator(parse_address)]
BaseField = Annotated[Base, _quantity(Base)]
PositiveBase = Annotated[Base, _quantity(Base), AfterValidator(_positive)]
PriceField = Annotated[Price, _quantity(Price)]
UsdField = Annotated[Usd, _quantity(Usd), _at_least("0")]
RatioField = Annotated[Ratio, _quantity(Ratio), _at_least("0")]
PositiveRatio = Annotated[Ratio, _quantity(Ratio), AfterValidator(_positive)]
ShareField = Annotated[Ratio, _quantity(Ratio), AfterValidator(_share)]
