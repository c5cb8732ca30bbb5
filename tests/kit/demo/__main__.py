"""A hedge from nothing to flat on a local chain, in about a minute.

Every step is the real command as a process of its own, as cron would start it. With --json the last line is one
JSON object with what the run proved.
"""

import argparse
import json
import sys
import time
from collections.abc import Collection, Mapping

from tests.kit.demo import deleveraged, one_venue, rescue, two_venues
from tests.kit.demo.stage import stage
from tests.kit.devnet.state import Kind

STORIES = {"hedge": one_venue.play, "rescue": rescue.play, "deleveraged": deleveraged.play}
PLAYS_ON: Mapping[str, Collection[Kind]] = {"rescue": rescue.RESERVE, "deleveraged": deleveraged.DELEVERAGES}
"""Elsewhere there is no such story."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print what was proved as one JSON object, last")
    parser.add_argument("--venue", type=Kind, choices=list(Kind), default=Kind.PERP_V2, help="the exchange, or both")
    parser.add_argument(
        "--story", choices=sorted(STORIES), default="hedge", help="on one exchange, what happens to it"
    )
    options = parser.parse_args()
    if options.venue not in PLAYS_ON.get(options.story, Kind):
        parser.error(f"--story {options.story} plays on {' or '.join(PLAYS_ON[options.story])}")
    started, play = time.monotonic(), two_venues.play if options.venue is Kind.BOTH else STORIES[options.story]
    with stage(options.venue) as demo:
        play(demo)
        demo.say(f"Done in {time.monotonic() - started:.0f} s. The chain and the folder are gone again.")
    if options.json:
        print(json.dumps(demo.proved))
    return 0


if __name__ == "__main__":
    sys.exit(main())
