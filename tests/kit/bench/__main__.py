"""`scripts/bench`: hedgekeeper beside plain web3.py, in turns on one local chain, in about a minute and a half.

An aim that is missed is printed, not an error: times belong to a machine and to what else it does.
"""

import argparse
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from typing import Any

from tests.kit.bench.figures import Group, as_json, table
from tests.kit.bench.measure import measure
from tests.kit.bench.stage import BenchError, stage
from tests.kit.devnet.errors import DevnetError


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    started, machine = time.monotonic(), _machine()
    print(", ".join(f"{name} {figure}" for name, figure in machine.items()), flush=True)
    try:
        with stage() as built:
            groups = measure(built, options.rounds)
    except (BenchError, DevnetError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(f"{table(groups)}\n\n{_summary(groups, options.rounds, time.monotonic() - started)}")
    if options.json:
        print(json.dumps({"machine": machine, "rounds": options.rounds, "lines": as_json(groups)}))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print every figure as one JSON object, last")
    parser.add_argument("--rounds", type=_positive, default=5, metavar="N", help="turns of each program (default: 5)")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of turns")
    return int(text)


def _machine() -> dict[str, Any]:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory_gb),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "web3": version("web3"),
    }


def _summary(groups: list[Group], rounds: int, took_s: float) -> str:
    verdicts = [line.verdict for group in groups for line in group.lines if line.verdict]
    met = verdicts.count("met")
    return (
        f"{met} of {len(verdicts)} aims met, in {took_s:.0f} s. Figures are medians of up to {rounds} turns; "
        "a ratio is the median of the turns' ratios."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
