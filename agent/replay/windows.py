"""The crashes that policies are compared over, in whole months, UTC."""

from datetime import UTC, datetime

from agent.model import value


@value
class Window:
    name: str
    since_ms: int
    until_ms: int
    what: str


def _window(year: int, month: int, what: str) -> Window:
    since = datetime(year, month, 1, tzinfo=UTC)
    until = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    ends = (int(moment.timestamp()) * 1000 for moment in (since, until))
    return Window(name=f"{year}-{month:02}", since_ms=next(ends), until_ms=next(ends), what=what)


CRASHES = (
    _window(2020, 3, "the pandemic: half of the price within two days, 12 and 13 March"),
    _window(2021, 5, "leverage unwinds on 19 May"),
    _window(2022, 6, "lenders and Three Arrows Capital fail"),
    _window(2022, 11, "FTX fails, 8 to 11 November"),
    _window(2025, 10, "10 October: the largest day of liquidations and auto-deleveraging"),
)
