"""Which figures stand beside each other, and what they should come to. Pure."""

from dataclasses import replace
from statistics import median_low

from tests.kit.bench.figures import Aim, Group, Line, Samples, compared

PASS, WEB3, ONE_BY_ONE, BATCHED = "python -c pass", "import web3", "web3.py, call by call", "web3.py, batched"
WALLETS = (1, 2, 8)
AWAY_S = 0.05
"""For each HTTP request: a node in the net, instead of one on the same machine."""

_AWAY = f"start to exit, node {AWAY_S * 1000:g} ms away"
_TWO = Aim(limit=2, absolute=True)
_LITTLE_MORE, _UNDER_HALF = Aim(limit=1.4), Aim(limit=0.5, below=True)
_UNDER_3_S = Aim(limit=3, below=True, absolute=True)


def no_action(near: Samples, far: Samples) -> Group:
    lines = (
        _requests("HTTP requests", far, "run", ONE_BY_ONE, _TWO),
        _requests("HTTP requests", far, "run", BATCHED),
        *(_seconds("start to exit", near, "run", peer) for peer in (ONE_BY_ONE, BATCHED)),
        *(_seconds(_AWAY, far, "run", peer) for peer in (ONE_BY_ONE, BATCHED)),
    )
    return Group(title="run, nothing to do", lines=lines)


def starting(near: Samples) -> Group:
    aims = {"status": _LITTLE_MORE, "--help": _UNDER_HALF, "journal": _UNDER_HALF, PASS: None}
    lines = (_seconds(name, near, name, WEB3, aim) for name, aim in aims.items())
    return Group(title="start to exit", lines=tuple(lines))


def memory(near: Samples) -> Group:
    beside = {"status": WEB3, "run": ONE_BY_ONE, "--help": WEB3, "journal": WEB3, PASS: WEB3}
    lines = (_peak(name, near, name, other) for name, other in beside.items())
    return Group(title="peak of memory", lines=tuple(lines))


def rehearsal(near: Samples, far: Samples) -> Group:
    """What `rehearse` does beyond `plan`: two requests for gas estimates, then the fork."""
    turns = zip(near["rehearse"], near["plan"], strict=True)
    beyond_s = median_low(whole.seconds - plan.seconds for whole, plan in turns)
    lines = (
        _seconds("start to exit", near, "rehearse", "plan", _UNDER_3_S),
        Line(name="of it the fork", ours=beyond_s, unit="s"),
        _seconds(_AWAY, far, "rehearse", "plan"),
        _requests("HTTP requests to the node", far, "rehearse", "plan"),
    )
    return Group(title="rehearse, three transactions", lines=lines)


def growth(watched: Samples) -> Group:
    """`status` makes the reads of a cycle and never trades, whatever the wallets hold."""
    requests, times = list[Line](), list[Line]()
    for count in WALLETS:
        ours, theirs, least = watching(count), watching(count, ONE_BY_ONE), watching(WALLETS[0])
        requests.append(_requests(f"HTTP requests, {count}", watched, ours, theirs, _TWO))
        times.append(_seconds(f"start to exit, {count}", watched, ours, least))
    return Group(title="status, by number of wallets", lines=(*requests, *times[1:]))


def watching(wallets: int, program: str = "status") -> str:
    """The name of a program that reads that many wallets."""
    return f"{program}, {wallets}"


def _seconds(name: str, samples: Samples, ours: str, theirs: str, aim: Aim | None = None) -> Line:
    line = compared(name, lambda sample: sample.seconds, samples[ours], samples[theirs], theirs)
    return replace(line, unit="s", aim=aim)


def _peak(name: str, samples: Samples, ours: str, theirs: str) -> Line:
    return replace(compared(name, lambda sample: sample.peak_mb, samples[ours], samples[theirs], theirs), unit="MB")


def _requests(name: str, samples: Samples, ours: str, theirs: str, aim: Aim | None = None) -> Line:
    return replace(compared(name, lambda sample: sample.requests, samples[ours], samples[theirs], theirs), aim=aim)
