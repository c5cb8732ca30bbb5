"""The pure decisions: what must be hedged, what is short, what to trade, and what stands against it.

No I/O, no clock, no venue's name. The moment is the snapshot's; the past is the memory's.
"""

from agent.hedge.carry_rule import CarryRule
from agent.hedge.decide import make_decide
from agent.hedge.flatten import make_flatten
from agent.hedge.gates import make_check
from agent.hedge.judge import make_judge
from agent.hedge.margin import distance, headroom, initial_margin, leverage, liquidation_price, notional
from agent.hedge.parameters import Hedge, Limits
from agent.hedge.policies import POLICIES, Known, Policy, make_policy, parameters_of
from agent.hedge.rules import make_rules
from agent.hedge.zone_rule import CostZone

__all__ = [
    "POLICIES",
    "CarryRule",
    "CostZone",
    "Hedge",
    "Known",
    "Limits",
    "Policy",
    "distance",
    "headroom",
    "initial_margin",
    "leverage",
    "liquidation_price",
    "make_check",
    "make_decide",
    "make_flatten",
    "make_judge",
    "make_policy",
    "make_rules",
    "notional",
    "parameters_of",
]
