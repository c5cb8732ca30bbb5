"""What a replay found, in words and tables."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from agent.cli import show
from agent.hedge import Hedge
from agent.model import Name
from agent.model.plain import plain
from agent.model.words import percent, price, usd
from agent.replay import Result
from agent.replay.compare import LEFT_OUT, Compared, Tried
from agent.replay.curve import Drawdown
from agent.replay.tape import Holes
from agent.units import Ratio, Usd


def json_of(result: Result) -> dict[str, object]:
    """Money in USD and shares as strings: no digit is lost on the way."""
    return {
        **plain(result),
        "total": str(result.total),
        "hedge": str(result.hedge),
        "cost": str(result.cost),
        "holes": asdict(result.holes),
    }


def comparison_json(found: Sequence[Compared]) -> list[object]:
    return [
        {
            "window": each.window.name,
            "what": each.window.what,
            "policies": [
                {"policy": tried.policy, "parameters": plain(tried.parameters), **json_of(tried.result)}
                for tried in each.tried
            ],
        }
        for each in found
    ]


def text(hedge: Hedge, result: Result) -> str:
    return "\n\n".join(_parts(hedge, result))


def _parts(hedge: Hedge, result: Result) -> Iterator[str]:
    capital = f"with {usd(result.capital)} in reserve" if result.capital is not None else "margin off"
    yield (
        f"{hedge.underlying} from {_day(result.since_ms)} at {price(result.opened)} to {_day(result.until_ms)} "
        f"at {price(result.closed)}: coins worth {usd(result.start)} at first, {capital}"
    )
    yield f"profit and loss\n{_gains(result)}"
    yield show.table(_risks(result), ("", "coins alone", "with the hedge"))
    yield "\n".join(f"  {line}" for line in _deeds(result))
    yield "\n".join(f"  {line}" for line in _substitutes(result.holes))


def _gains(result: Result) -> str:
    rows = [
        ("spot", result.spot),
        ("perp", result.perp),
        (f"funding, you {'PAY' if result.funding < Usd(0) else 'RECEIVE'}", result.funding),
        ("fees", -result.fees),
        ("slippage", -result.slippage),
        ("margin lost in liquidations", -result.lost),
        ("all together", result.total),
    ]
    shown = ((name, usd(amount), percent(amount / result.start, 1)) for name, amount in rows)
    return show.table(shown, ("", "", "of the start"))


def _risks(result: Result) -> Iterator[tuple[str, str, str]]:
    coins, both = result.unhedged, result.hedged
    yield "deepest fall", percent(coins.depth, 1), percent(both.depth, 1)
    yield "from the peak of", _day(coins.peak_ms), _day(both.peak_ms)
    yield "to the low of", _day(coins.low_ms), _day(both.low_ms)
    yield "tracking error, a year", "", _moves(result.tracking_error)


def _moves(found: Ratio | None) -> str:
    return "-" if found is None else percent(found, 1)


def _deeds(result: Result) -> Iterator[str]:
    trades = show.times(result.trades, "trade")
    yield f"{trades}, turnover {usd(result.turnover)}; on average {percent(result.ratio, 1)} hedged"
    yield show.times(result.liquidations, "liquidation") if result.liquidations else "no liquidation"
    if result.undecided:
        yield f"{show.times(result.undecided, 'run')} in which the policy could not say"
    if result.held:
        held = ", ".join(f"{code} {often:,}" for code, often in sorted(result.held.items()))
        yield f"held back, times by reason: {held}"


def _substitutes(holes: Holes) -> Iterator[str]:
    yield f"{show.times(holes.bars, 'hour')} of data"
    told = (
        (holes.absent, "not in the data at all"),
        (holes.spot, "without a spot price: the last known one stood in"),
        (holes.perp, "without a price of the perp: the last known one stood in, and nothing was decided"),
        (holes.mark, "without a mark: the perp's last trade stood in"),
        (holes.high, "without the highest mark of the hour: the mark at its end decided on liquidations"),
    )
    yield from (f"{show.times(hours, 'hour')} {what}" for hours, what in told if hours)


def comparison(underlying: Name, found: Sequence[Compared]) -> str:
    told = [_window(underlying, each) for each in found]
    return "\n\n".join([*told, "\n".join(_legend(found[0]))])


def _legend(found: Compared) -> Iterator[str]:
    yield "all shares are of what the coins were worth at first; a cost below 0 was earned: funding included"
    yield from (f"  {tried.name}: {tried.set}" for tried in found.tried if tried.set)
    yield from (f"  not compared: {name}, which {why}" for name, why in LEFT_OUT.items())


def _window(underlying: Name, found: Compared) -> str:
    first = found.tried[0].result
    title = f"{found.window.name}: {found.window.what}"
    alone = (
        f"{underlying} alone: {percent(first.spot / first.start, 1)}, "
        f"deepest fall {_fall(first.unhedged)}; coins worth {usd(first.start)}"
    )
    header = ("policy", "hedged", "cost", "fall", "tracking", "result", "trades")
    return f"{title}\n  {alone}\n{show.table(map(_row, found.tried), header)}"


def _row(tried: Tried) -> tuple[str, ...]:
    found, start = tried.result, tried.result.start
    ended = f", {found.liquidations} liquidated" if found.liquidations else ""
    return (
        f"{tried.name}{ended}",
        percent(found.ratio, 0),
        percent(found.cost / start, 2),
        percent(found.hedged.depth, 1),
        _moves(found.tracking_error),
        percent(found.total / start, 1),
        str(found.trades),
    )


def _fall(found: Drawdown) -> str:
    return f"{percent(found.depth, 1)} ({_day(found.low_ms)})"


def _day(at_ms: int) -> str:
    return show.moment(at_ms)[:16]
