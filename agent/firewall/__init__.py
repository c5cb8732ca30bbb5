"""Decodes the exact bytes that would be signed into the plan's words, and judges them. Pure."""

from agent.firewall.dialect import Dialect, Firewall, Judgement
from agent.firewall.gmx_v2 import GmxV2
from agent.firewall.hyperliquid import Hyperliquid
from agent.firewall.hyperliquid_pins import Perpetual
from agent.firewall.perp_v2 import PerpV2
from agent.firewall.rules import MEANING, Breach, Rule, refuse
from agent.firewall.slot import another_attempt, first_attempt, is_burn

__all__ = [
    "MEANING",
    "Breach",
    "Dialect",
    "Firewall",
    "GmxV2",
    "Hyperliquid",
    "Judgement",
    "PerpV2",
    "Perpetual",
    "Rule",
    "another_attempt",
    "first_attempt",
    "is_burn",
    "refuse",
]
