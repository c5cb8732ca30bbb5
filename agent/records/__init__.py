"""The history beside the journal: prices, basis, funding and exposure, hour by hour.

rows      what it holds
store     the file: SQLite
history   rows in, the past out
overview  what is there, and the holes
recorder  one look as rows
records   the history as a command uses it: a remark instead of a failure
bars      one hour of one market
sheet     bars from a CSV file
"""

from agent.records.bars import Bar
from agent.records.history import History
from agent.records.records import Records

__all__ = ["Bar", "History", "Records"]
