"""Field types for settings: units and addresses. pydantic stays at this door."""

import re
from decimal import Decimal
from typing import Annotated, TypeVar

from eth_hash.auto import keccak
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, GetPydanticSchema
from pydantic_core import core_schema

from agent.errors import masked
from agent.model.base import Address
from agent.units import Base, Quantity, Ratio, Usd

Q = TypeVar("Q", bound=Quantity)

_ADDRESS = re.compile("0x[0-9a-fA-F]{40}")
_ENV = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_URL = re.compile(
    r"\w+://([^/?#@]*@)?(?P<host>[\w.-]+|\[[0-9a-f:.]+\])(:(?P<port>\d{1,5}))?([/?#].*)?", re.ASCII | re.IGNORECASE
)


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
    """Neither end makes sense of a limit: at 0 nothing passes, at 1 everything does."""
    if not Ratio(0) < value < Ratio(1):
        raise ValueError(f"must lie between 0 and 1, not {value}")
    return value


def _part(value: Ratio) -> Ratio:
    if not Ratio(0) < value <= Ratio(1):
        raise ValueError(f"must be above 0 and at most 1, not {value}")
    return value


def _zone(value: Ratio) -> Ratio:
    """As wide as the target it would never be left, not even by no position at all."""
    if not Ratio(0) <= value < Ratio(1):
        raise ValueError(f"must be at least 0 and below 1, not {value}")
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


def parse_env(raw: object) -> str:
    """The name of an environment variable. ValueError does not repeat it: it may be the secret itself."""
    if not isinstance(raw, str) or not _ENV.fullmatch(raw) or masked(raw) != raw:
        raise ValueError(
            "must name an environment variable (letters, digits and _, no digit first), not hold what is in it"
        )
    return raw


def parse_url(raw: object) -> str:
    """An RPC URL, or the "env:NAME" or "file:PATH" that holds one. No ValueError repeats it: it may hold a key."""
    if not isinstance(raw, str):
        raise ValueError('expected a URL, like "https://host/path"')
    if raw.startswith("env:"):
        return f"env:{parse_env(raw.removeprefix('env:'))}"
    return raw if raw.startswith("file:") else check_url(raw)


def check_url(raw: str) -> str:
    """Whatever passes here can be asked: what is wrong with it afterwards is the node's or the network's."""
    if re.search(r"[\s\x00-\x1f]", raw):
        raise ValueError("is no URL: there is a blank or a line break in it")
    if not re.match("https?://", raw, re.IGNORECASE):
        raise ValueError('is no URL: it must begin with "http://" or "https://"')
    found = _URL.fullmatch(raw)
    if not found or any(not 0 < len(label) < 64 for label in found["host"].strip("[]").split(".")):
        raise ValueError("is no URL: after the // belongs a host, like node.example or node.example:8545")
    if found["port"] and not 0 < int(found["port"]) < 65536:
        raise ValueError("is no URL: its port must lie between 1 and 65535")
    return raw


AddressField = Annotated[Address, BeforeValidator(parse_address)]
EnvField = Annotated[str, BeforeValidator(parse_env)]
UrlField = Annotated[str, BeforeValidator(parse_url)]
BaseField = Annotated[Base, _quantity(Base)]
PositiveBase = Annotated[Base, _quantity(Base), AfterValidator(_positive)]
UsdField = Annotated[Usd, _quantity(Usd), _at_least("0")]
PositiveUsd = Annotated[Usd, _quantity(Usd), AfterValidator(_positive)]
RatioField = Annotated[Ratio, _quantity(Ratio), _at_least("0")]
PositiveRatio = Annotated[Ratio, _quantity(Ratio), AfterValidator(_positive)]
FactorField = Annotated[Ratio, _quantity(Ratio), _at_least("1")]
ShareField = Annotated[Ratio, _quantity(Ratio), AfterValidator(_share)]
PartField = Annotated[Ratio, _quantity(Ratio), AfterValidator(_part)]
ZoneField = Annotated[Ratio, _quantity(Ratio), AfterValidator(_zone)]
