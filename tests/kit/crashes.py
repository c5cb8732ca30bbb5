"""Writes the table of docs/replay.md: every policy through five crashes, as `hedgekeeper replay --compare` prints it.

python -m tests.kit.crashes          prints it
python -m tests.kit.crashes --write  writes it; a test fails while one of its months differs
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from agent.cli import replayed
from agent.model import Name
from agent.records.sheet import bars
from agent.replay import Conditions
from agent.replay.compare import compare
from agent.replay.windows import CRASHES, Window
from tests.kit.beside import data

PAGE = Path(__file__).parents[2] / "docs" / "replay.md"
ETH = Name("ETH")
_BEGINS, _ENDS = "```text\n2020-03", "```"


def table(windows: Iterable[Window] = CRASHES) -> str:
    """Half a minute for all of them."""
    found = compare(list(bars(data("binance_ETH_1h.csv.gz"))), windows, ETH, Conditions())
    return replayed.comparison(ETH, list(found))


def shown() -> str:
    """What the page has."""
    _, _, after = PAGE.read_text().partition(_BEGINS)
    return f"2020-03{after.partition(_ENDS)[0]}".rstrip()


def main() -> None:
    now = table()
    if "--write" in sys.argv:
        PAGE.write_text(PAGE.read_text().replace(shown(), now))
    else:
        print(now)


if __name__ == "__main__":
    main()
