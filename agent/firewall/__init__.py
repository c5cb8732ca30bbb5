"""Decodes the exact bytes that would be signed into the plan's words, and judges them. Pure.

The dialects are not named here: only those of the exchanges that are configured are loaded.
"""

from agent.firewall.dialect import Dialect, Firewall, Judgement
from agent.firewall.rules import MEANING, Breach, Rule, refuse
from agent.firewall.slot import another_attempt, first_attempt, is_burn

__all__ = [
    "MEANING",
    "Breach",
    "Dialect",
    "Firewall",
    "Judgement",
    "Rule",
    "another_attempt",
    "first_attempt",
    "is_burn",
    "refuse",
]
