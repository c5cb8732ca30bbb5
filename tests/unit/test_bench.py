"""The pure parts of `scripts/bench`: what is typical, what stands beside what, and when an aim is met."""

import tomllib

import pytest

from tests.kit.bench.figures import Aim, Group, Line, Sample, as_json, compared, table
from tests.kit.bench.groups import BATCHED, ONE_BY_ONE, PASS, WALLETS, WEB3, growth, no_action, starting, watching
from tests.kit.bench.stage import with_wallets

CONFIG = """\
state = "here"

[wallets.cold1]
chain = "local"
address = "0x01"
assets = ["ETH"]

[wallets.cold2]
chain = "local"
address = "0x02"
assets = ["WETH"]

[prices.outside]
feed = "0x03"
"""


def sample(seconds: float = 1, peak_mb: float = 1, requests: int = 0) -> Sample:
    return Sample(seconds=seconds, peak_mb=peak_mb, requests=requests)


def verdicts(group: Group) -> dict[str, str]:
    return {f"{line.name} {line.beside}": line.verdict for line in group.lines}


def seconds(one: Sample) -> float:
    return one.seconds


def test_compared__one_slow_run_of_three__does_not_count() -> None:
    line = compared("time", seconds, [sample(1), sample(9), sample(2)], [sample(4), sample(4), sample(4)], "peer")
    assert line == Line(name="time", ours=2, theirs=4, ratio=0.5, beside="peer")


def test_compared__a_turn_that_was_slow_for_both__keeps_its_ratio() -> None:
    ours, theirs = [sample(2), sample(20), sample(20)], [sample(1), sample(10), sample(1)]
    assert compared("time", seconds, ours, theirs, "peer").ratio == 2


def test_compared__an_even_number_of_turns__keeps_counts_whole() -> None:
    ours, theirs = [sample(requests=2), sample(requests=3)], [sample(requests=4), sample(requests=6)]
    line = compared("requests", lambda one: one.requests, ours, theirs, "peer")
    assert (line.ours, line.theirs, line.ratio) == (2, 4, 0.5)


@pytest.mark.parametrize(
    ("ours", "aim", "met"),
    [
        (14, Aim(limit=1.4), "met"),
        (15, Aim(limit=1.4), "not met"),
        (4, Aim(limit=0.5, below=True), "met"),
        (5, Aim(limit=0.5, below=True), "not met"),
        (2, Aim(limit=2, absolute=True), "met"),
        (3, Aim(limit=2, absolute=True), "not met"),
        (3, None, ""),
    ],
)
def test_line__beside_ten__says_whether_its_aim_was_met(ours: float, aim: Aim | None, met: str) -> None:
    assert Line(name="figure", ours=ours, theirs=10, ratio=ours / 10, aim=aim).verdict == met


def test_line__nothing_beside__misses_an_aim_for_a_ratio() -> None:
    assert Line(name="figure", ours=1, aim=Aim(limit=1.4)).verdict == "not met"


def test_table__figures_of_every_unit__are_rounded_and_named() -> None:
    lines = (
        Line(name="requests", ours=2, theirs=42, ratio=2 / 42, beside="peer", aim=Aim(limit=2, absolute=True)),
        Line(name="time", ours=0.777, theirs=0.5, ratio=1.554, beside="peer", unit="s", aim=Aim(limit=1.4)),
        Line(name="memory", ours=70.4, unit="MB"),
    )
    shown = [line.split() for line in table([Group(title="group", lines=lines)]).splitlines()]
    assert shown == [
        ["beside", "ours", "theirs", "ratio", "aim"],
        [],
        ["group"],
        ["-", "requests", "peer", "2", "42", "0.05x", "at", "most", "2", "met"],
        ["-", "time", "peer", "0.78", "s", "0.50", "s", "1.55x", "at", "most", "1.4x", "not", "met"],
        ["-", "memory", "70", "MB"],
    ]


def test_json__a_line__keeps_every_digit_and_the_verdict() -> None:
    aim = Aim(limit=0.5, below=True)
    line = Line(name="journal", ours=3, theirs=4, ratio=0.75, beside="peer", unit="s", aim=aim)
    assert as_json([Group(title="start", lines=(line,))]) == [
        {
            "group": "start",
            "name": "journal",
            "unit": "s",
            "ours": 3,
            "beside": "peer",
            "theirs": 4,
            "ratio": 0.75,
            "aim": "below 0.5x",
            "met": False,
        }
    ]


def test_json__no_aim__is_neither_met_nor_missed() -> None:
    [line] = as_json([Group(title="start", lines=(Line(name="journal", ours=3),))])
    assert (line["aim"], line["met"], line["beside"], line["theirs"]) == (None, None, None, None)


@pytest.mark.parametrize(("requests", "verdict"), [(2, "met"), (3, "not met")])
def test_no_action__requests_of_a_run__may_be_two(requests: int, verdict: str) -> None:
    samples = {"run": [sample(requests=requests)], ONE_BY_ONE: [sample(requests=42)], BATCHED: [sample(requests=2)]}
    found = verdicts(no_action(near=samples, far=samples))
    assert found[f"HTTP requests {ONE_BY_ONE}"] == verdict


def test_starting__twice_the_time_of_import_web3__misses_every_aim() -> None:
    samples = {name: [sample(2)] for name in ("status", "--help", "journal", PASS)} | {WEB3: [sample(1)]}
    assert list(verdicts(starting(samples)).values()) == ["not met", "not met", "not met", ""]


def test_growth__one_request_more_with_many_wallets__misses_that_aim_alone() -> None:
    most = WALLETS[-1]
    samples = {watching(count): [sample(requests=2 + (count == most))] for count in WALLETS}
    samples |= {watching(count, ONE_BY_ONE): [sample(requests=40 + count)] for count in WALLETS}
    found = verdicts(growth(samples))
    assert [name for name, verdict in found.items() if verdict == "not met"] == [
        f"HTTP requests, {most} {ONE_BY_ONE}, {most}"
    ]


def test_with_wallets__another_number__changes_nothing_else() -> None:
    before, after = tomllib.loads(CONFIG), tomllib.loads(with_wallets(CONFIG, ["0x0a", "0x0b", "0x0c"]))
    assert [wallet["address"] for wallet in after.pop("wallets").values()] == ["0x0a", "0x0b", "0x0c"]
    assert before.pop("wallets").keys() == {"cold1", "cold2"}
    assert after == before
