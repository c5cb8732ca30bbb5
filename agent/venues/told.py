"""What a venue's call does, in words."""

from agent.model import value


@value
class Told:
    """`until_s` is when what it asks for ends by itself, in the chain's seconds; None for what does not."""

    method: str
    says: str
    until_s: int | None = None
