"""The promises of the product, kept on the toys."""

import pytest

from tests.kit.toys.promises import PROMISES, Play

PLAYS = [(number, play) for number, plays in PROMISES.items() for play in plays]


@pytest.mark.parametrize(("number", "play"), PLAYS, ids=[f"{number}-{play.__name__}" for number, play in PLAYS])
def test_promise__on_the_toys__is_kept(number: int, play: Play) -> None:
    play(lambda house: house)
