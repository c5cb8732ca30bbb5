"""One operator's program in its folder: started, led step by step, and killed for real."""

import re
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.kit.faults.process import KILLED, PROGRAM, Ended, Running, started

CONFIG, KEY = "hedgekeeper.toml", "operator.key"


@dataclass(kw_only=True)
class Operator:
    """`command` is what is killed and started again."""

    folder: Path
    command: str = "run"
    program: tuple[str, ...] = PROGRAM
    figures: Counter[str] = field(default_factory=Counter)

    def started(self, *command: str, steps: bool = False) -> AbstractContextManager[Running]:
        return started(self.folder, *(command or (self.command,)), program=self.program, steps=steps)

    def run(self, *command: str) -> Ended:
        """From its start to its end."""
        with self.started(*command) as running:
            return running.end()

    def led(self, *command: str) -> tuple[Ended, list[str]]:
        """From its start to its end, step by step: how it ended, and the steps it took."""
        with self.started(*command, steps=True) as running:
            while running.step():
                self.go(running)
            return running.end(), running.steps

    def steps(self, *command: str) -> list[str]:
        """The steps it took; nothing went wrong."""
        ended, steps = self.led(*command)
        assert ended.exit == 0, ended
        return steps

    def killed_before(self, step: int, *command: str) -> str | None:
        """Killed while it stands before its n-th step, which is answered; None when it ended before that."""
        with self.started(*command, steps=True) as running:
            while (reached := running.step()) and len(running.steps) < step:
                self.go(running)
            if reached is None:
                print(running.end())  # shown where a test had expected it to come further
                return None
            self.kill(running)
            return reached

    def kill(self, running: Running) -> None:
        running.kill()
        self.died(running)

    def died(self, running: Running) -> None:
        """Killed, and by nothing less than SIGKILL."""
        ended = running.end()
        assert ended.exit == KILLED, ended
        self.figures["kills"] += 1

    def go(self, running: Running) -> None:
        running.go()

    def setting(self, key: str) -> str:
        [found] = re.findall(rf"(?m)^{key} = (.*)$", self._config.read_text())
        return str(found)

    def set(self, key: str, value: str) -> None:
        """Every key of that name in the configuration."""
        text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", self._config.read_text())
        assert count, f"the configuration has no {key}"
        self._config.write_text(text)

    @property
    def _config(self) -> Path:
        return self.folder / CONFIG
