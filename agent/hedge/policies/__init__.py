"""The policies by name. Another one is another file here and one more row in POLICIES."""

import dataclasses
from collections.abc import Mapping
from typing import Any, get_type_hints

from agent.errors import ConfigError
from agent.hedge.policies.base import Known, Policy, Wish
from agent.hedge.policies.basis import Basis
from agent.hedge.policies.fixed_usd import FixedUsd
from agent.hedge.policies.full import Full
from agent.hedge.policies.funding_switch import FundingSwitch
from agent.hedge.policies.given import read
from agent.hedge.policies.min_variance import MinVariance
from agent.hedge.policies.override import Override
from agent.hedge.policies.partial import Partial
from agent.hedge.policies.preservation import Preservation
from agent.hedge.policies.schedule import Schedule
from agent.hedge.policies.starter import Starter
from agent.hedge.policies.tactical import Tactical

POLICIES: Mapping[str, Any] = {
    "full": Full,
    "partial": Partial,
    "starter": Starter,
    "fixed-usd": FixedUsd,
    "tactical": Tactical,
    "preservation": Preservation,
    "basis": Basis,
    "funding-switch": FundingSwitch,
    "min-variance": MinVariance,
    "schedule": Schedule,
}


def make_policy(name: str, parameters: Mapping[str, object]) -> Policy:
    """The policy of that name, with parameters as a configuration writes them or in their own types.

    ConfigError says which one is missing, unknown or wrong, and what it may be.
    """
    if name not in POLICIES:
        raise ConfigError(f"there is no policy {name!r}; known: {', '.join(POLICIES)}")
    kinds = parameters_of(name)
    for key in parameters:
        if key not in kinds:
            raise ConfigError(f"policy {name}: unknown parameter {key}; known: {', '.join(kinds) or 'none'}")
    for field in dataclasses.fields(POLICIES[name]):
        if field.default is dataclasses.MISSING and field.name not in parameters:
            raise ConfigError(f"policy {name}: {field.name} is missing")
    policy: Policy = POLICIES[name](**{key: _read(name, key, kinds[key], raw) for key, raw in parameters.items()})
    return policy


def parameters_of(name: str) -> Mapping[str, Any]:
    """Parameter names and their types, as the policy declares them."""
    return get_type_hints(POLICIES[name])


def _read(policy: str, key: str, kind: Any, given: object) -> object:
    try:
        return read(kind, given)
    except ValueError as error:
        raise ConfigError(f"policy {policy}: {key} {error}") from None


__all__ = ["POLICIES", "Known", "Override", "Policy", "Wish", "make_policy", "parameters_of"]
