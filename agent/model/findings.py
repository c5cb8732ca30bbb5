"""What `doctor` finds: one line per thing it looked at."""

from typing import Literal, TypeAlias

from agent.model.base import value

Level: TypeAlias = Literal["ok", "warn", "fail"]


@value
class Finding:
    """`fail` means hedgekeeper should not run like this; `warn` that a person should know."""

    subject: str
    level: Level
    says: str
