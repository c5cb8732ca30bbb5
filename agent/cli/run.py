"""One run for cron: brings the hedge to its target, or says why not, and ends by the deadline.

Recovers first what an earlier run left open. Nothing is signed that was not rehearsed on a fork, nothing is sent
that is not in the journal. The last line printed is a summary fit for a mail.
"""

import argparse
import json

from agent.cli import outcome, why
from agent.cli.execute import execute
from agent.cli.options import add_config, add_deadline, add_json, add_steps, configuration
from agent.cli.words import Words
from agent.errors import Exit
from agent.model.plain import plain

EXAMPLES = """\
  hedgekeeper run                                  exit 0: hedged; 20: held by a gate; 30: needs a person
  hedgekeeper run --json                           the same as one JSON object

from cron every ten minutes, at most one at a time. PATH must lead to hedgekeeper and to anvil, and the key's password
come from a file (password = "file:password"): cron knows nothing of your shell.
  */10 * * * * cd ~/hedgekeeper && PATH=$PWD/.venv/bin:$PWD/node_modules/.bin:$PATH hedgekeeper run -c ~/hedge.toml
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
        told = {**outcome.report_json(done.report, done.sent), "explained": plain(done.explained)}
        print(json.dumps(told))
    else:
        words = Words(settings=settings)
        if done.explained:
            when = "in words, after what was sent" if done.sent else "in words"
            print(f"{when}\n{why.paragraphs(done.explained, words.text)}\n")
        print(outcome.text(done.report, done.sent, words))
    return done.report.exit
