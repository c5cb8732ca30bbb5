"""Looks at everything a run depends on: chains and nodes, contracts, tokens and their rates, prices and how far they
are apart, leverage, keys, delegation, clock, gas, declarations, and what the journal holds open.

Says what a stolen operator key could cost. Ends with 78 when something is wrong enough that a run should not happen.
"""

import argparse
import json
from collections.abc import Sequence

from agent.cli import show
from agent.cli.loop import finished
from agent.cli.options import add_config, add_json, configuration
from agent.cli.words import Words
from agent.errors import Exit
from agent.model.findings import Finding
from agent.model.plain import plain

EXAMPLES = """\
  hedgekeeper doctor          one line for each thing looked at: ok, warn or FAIL
  hedgekeeper doctor --json   the same for a program
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)


def main(args: argparse.Namespace) -> Exit:
    from agent.wiring.checkup import examine

    settings = configuration(args)
    findings = finished(examine(settings))
    failed = [finding for finding in findings if finding.level == "fail"]
    ends = Exit.CONFIG if failed else Exit.DONE
    print(
        json.dumps({"exit": int(ends), "findings": plain(findings)})
        if args.json
        else _text(findings, Words(settings=settings))
    )
    return ends


def _text(findings: Sequence[Finding], words: Words) -> str:
    rows = (
        (f.level.upper() if f.level == "fail" else f.level, words.text(f.subject), words.text(f.says))
        for f in findings
    )
    failed = sum(finding.level == "fail" for finding in findings)
    warned = sum(finding.level == "warn" for finding in findings)
    verdict = f"{failed} to fix before a run, {warned} to know about" if failed or warned else "all is well"
    return f"{show.table(rows, left=3)}\n\n{verdict}"
