"""The policies by name. Another one is another file here and one more row in POLICIES."""

import dataclasses
from collections.abc import Mapping
from typing import Any, get_type_hints

from agent.errors import ConfigError
from agent.hedge.policies.base import Known, Policy, Wish
from agent.hedge.policies.fixed_usd import FixedUsd
from agent.hedge.policies.full import Full
from agent.hedge.policies.partial import Partial
from agent.hedge.policies.starter import Starter
from agent.units import Quantity

POLICIES: Mapping[str, Any] = {
    "full": Full,
    "partial": Partial,
    "starter": Starter,
    "fixed-usd": FixedUsd,
}


def make_policy(name: str, parameters: Mapping[str, Quantity]) -> Policy:
    """The policy of that name. ConfigError says which parameter is missing, unknown, wrong or of the wrong unit."""
    if name not in POLICIES:
        raise ConfigError(f"there is no policy {name!r}; known: {', '.join(POLICIES)}")
    units = parameters_of(name)
    for field in dataclasses.fields(POLICIES[name]):
        if field.default is dataclasses.MISSING and field.name not in parameters:
            raise ConfigError(f"policy {name}: {field.name} is missing")
    for key, given in parameters.items():
        if key not in units:
            raise ConfigError(f"policy {name}: unknown parameter {key}; known: {', '.join(units) or 'none'}")
        if type(given) is not units[key]:
            raise ConfigError(f"policy {name}: {key} must be a {units[key].__name__}, not {given!r}")
    policy: Policy = POLICIES[name](**parameters)
    return policy


def parameters_of(name: str) -> Mapping[str, type[Quantity]]:
    """Parameter names and their units, as the policy declares them."""
    return get_type_hints(POLICIES[name])


__all__ = ["POLICIES", "Known", "Policy", "Wish", "make_policy", "parameters_of"]
