"""Which programs run, and which of them take turns."""

from agent.errors import Exit
from tests.kit.bench import groups
from tests.kit.bench.figures import Group
from tests.kit.bench.groups import AWAY_S, BATCHED, ONE_BY_ONE, PASS, WALLETS, WEB3
from tests.kit.bench.stage import FAR, NEAR, BenchError, Program, Stage, file_for, hedgekeeper, peer, python

_FEW = 3


def measure(stage: Stage, rounds: int) -> list[Group]:
    """The rehearsal first, while there is something to trade; the rest once the hedge is where it should be."""
    few = min(rounds, _FEW)
    rehearsal = _measure_rehearsal(stage, few)
    stage.run(hedgekeeper("run", "run", "-c", NEAR))
    _require_same_questions(stage)
    stage.in_turns(_near(), 1)  # not counted: it compiles what is not yet compiled, and fills the system's caches
    near = stage.in_turns(_near(), rounds)
    with stage.away(AWAY_S):
        far = stage.in_turns(_cycles(FAR), few)
    return [
        groups.no_action(near, far),
        groups.starting(near),
        groups.memory(near),
        rehearsal,
        _measure_growth(stage, few),
    ]


def _near() -> list[Program]:
    """What is compared stands close together."""
    return [
        python(PASS, "-c", "pass"),
        hedgekeeper("--help", "--help"),
        hedgekeeper("journal", "journal", "-c", NEAR),
        python(WEB3, "-c", "import web3"),
        hedgekeeper("status", "status", "-c", NEAR),
        *_cycles(NEAR),
    ]


def _cycles(file: str) -> list[Program]:
    run = hedgekeeper("run", "run", "-c", file, says="nothing sent")
    return [run, peer(ONE_BY_ONE, file), peer(BATCHED, file, "--batched")]


def _measure_growth(stage: Stage, rounds: int) -> Group:
    """Of the peer only the requests, which are the same each time."""
    files = {count: file_for(count) for count in WALLETS}
    ours = [hedgekeeper(groups.watching(count), "status", "-c", file) for count, file in files.items()]
    theirs = [peer(groups.watching(count, ONE_BY_ONE), file) for count, file in files.items()]
    return groups.growth({**stage.in_turns(ours, rounds), **stage.in_turns(theirs, 1)})


def _measure_rehearsal(stage: Stage, rounds: int) -> Group:
    def programs(file: str) -> list[Program]:
        return [hedgekeeper(name, name, "-c", file, ends=Exit.WOULD_TRADE) for name in ("plan", "rehearse")]

    stage.in_turns(programs(NEAR), 1)  # not counted, as above
    near = stage.in_turns(programs(NEAR), rounds)
    with stage.away(AWAY_S):
        return groups.rehearsal(near, stage.in_turns(programs(FAR), 1))


def _require_same_questions(stage: Stage) -> None:
    """Otherwise the comparison would say nothing."""
    ours, theirs, _ = (stage.questions(program) for program in _cycles(FAR))
    if differing := ours ^ theirs:
        listed = "\n".join(sorted(differing))
        raise BenchError(f"peer.py must ask what a cycle asks; only one of the two asks:\n{listed}")
