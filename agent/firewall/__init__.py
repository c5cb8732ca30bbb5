"""Decodes the exact bytes that would be signed into the plan's words, and judges them. Pure."""

from agent.firewall.dialect import Dialect, Firewall, Judgement
from agent.firewall.perp_v2 import PerpV2
from agent.firewall.rules import MEANING, Breach, Rule, refuse
from agent.firewall.slot import another_attempt, first_attempt, is_burn

__all__ = [
    "MEANING",
    "Breach",
    "Dialect",
    "Firewall",
    "Judgement",
    "PerpV2",
    "Rule",
    "another_attempt",
    "first_attempt",
    "is_burn",
    "refuse",
]
