"""The pure code of a run, on bars of the past: what a policy would have done, and what it would have cost.

conditions  what is taken for granted
tape        bars with every hole filled and counted
recorded    the past, as the history would have held it
scene       one bar as a run would have seen it
account     the position, the collateral, and where every dollar went
curve       drawdown and tracking error
walk        the replay itself
figures     what is counted on the way
result      what it found
windows     the crashes that policies are compared over
compare     policies side by side
"""

from agent.replay.conditions import Conditions
from agent.replay.result import Result
from agent.replay.walk import replay

__all__ = ["Conditions", "Result", "replay"]
