"""Questions to a person."""

import asyncio
import builtins
import signal
from collections.abc import Callable

import pytest

from agent import prompt
from agent.prompt import ask, ask_secret


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("question", [ask, ask_secret])
def test_prompt__a_signal_inside_a_running_loop__ends_it_at_once(
    monkeypatch: pytest.MonkeyPatch, question: Callable[[str], str], stop: signal.Signals
) -> None:
    """The loop's own handler would only note it: the answer typed next would be taken."""

    def typed(prompt: str) -> str:
        signal.raise_signal(stop)
        return "yes"

    monkeypatch.setattr(builtins, "input", typed)
    monkeypatch.setattr(prompt, "getpass", typed)
    answered: list[str] = []

    async def asks() -> None:
        answered.append(question("? "))

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(asks())
    assert answered == []


def test_prompt__answered__leaves_ctrl_c_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "input", lambda prompt: "yes")
    before = signal.getsignal(signal.SIGINT)
    assert ask("? ") == "yes"
    assert signal.getsignal(signal.SIGINT) is before
