"""One run for cron: brings the hedge to its target, or says why not, and ends by the deadline.

Recovers first what an earlier run left open. Nothing is signed that was not rehearsed on a fork, nothing is sent
that is not in the journal. The last line printed is a summary fit for a mail.
"""

import argparse
import json

from agent.cli import outcome
from agent.cli.execute import execute
from agent.cli.options import add_config, add_deadline, add_json, add_steps, configuration
from agent.cli.words import Words
from agent.errors import Exit

SUMMARY = "one run for cron: rehearse, sign, send, settle"
EXAMPLES = """\
  hedgekeeper run                                  exit 0: hedged; 20: held by a gate; 30: needs a person
  hedgekeeper run --json                           the same as one JSON object
  */10 * * * * hedgekeeper run -c ~/hedge.toml     cron: every ten minutes, at most one at a time
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_json(parser)
    add_deadline(parser)
    add_steps(parser)


def main(args: argparse.Namespace) -> Exit:
    settings = configuration(args)
    done = execute(args, settings, "run")
    if args.json:
        print(json.dumps(outcome.report_json(done.report, done.sent)))
    else:
        print(outcome.text(done.report, done.sent, Words(settings=settings)))
    return done.report.exit
