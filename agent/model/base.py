"""How a domain type is made, and the names that everything carries."""

from dataclasses import dataclass
from typing import NewType, TypeVar, dataclass_transform

T = TypeVar("T")

Name = NewType("Name", str)
"""A venue, wallet, market, underlying or source, as configured."""
Address = NewType("Address", str)
"""An EVM address with its checksum."""
Lane = NewType("Lane", str)
"""One replay guard, "evm:42161:0xhot": nonce, order of sending, lock and recovery live here."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[T]) -> type[T]:
    """A frozen, slotted, keyword-only dataclass."""
    cls.__doc__ = cls.__doc__ or cls.__name__  # else dataclass() spells its signature there: a tenth of its time
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)
