"""A funding rate beside its own record."""

from dataclasses import replace

from agent.cli import record
from agent.model import Past, Rate
from agent.units import Ratio
from tests.unit.hedge.scene import DAY, ETH, NOW, PERP, market, view

YEAR_S = 365 * 86_400


def now(a_year: str) -> Rate:
    return Rate(value=Ratio(a_year), interval_s=YEAR_S)


def test_record__of_ten_days__says_how_unusual_the_rate_is() -> None:
    paid = tuple((NOW + (day - 3) * DAY, now(rate)) for day, rate in enumerate(("0.1", "0.2", "0.3")))
    found = record.record(view(), replace(market(), funding=now("0.3")), Past(funding={(PERP, ETH): paid}), 7)
    assert found is not None
    assert (found.days, found.mean, found.z_score, found.scores) == (3, Ratio("0.2"), Ratio(1), ())
    assert found.percentile is not None
    assert found.percentile.raw.quantize(Ratio("0.001").raw) == Ratio("0.833").raw
    assert list(record.text(found)) == [
        "  perp ETH, 3 days: you RECEIVE 20 % a year on average; now 30 %, z-score 1, above 83 % of the days"
    ]


def test_record__nothing_recorded__is_none() -> None:
    assert record.record(view(), market(), Past(), 7) is None


def test_record__long_enough__scores_every_forecaster_out_of_sample() -> None:
    paid = tuple((NOW + (day - 120) * DAY, now("0.1" if day % 2 else "0.3")) for day in range(120))
    found = record.record(view(), market(), Past(funding={(PERP, ETH): paid}), 7)
    assert found is not None
    assert [score.name for score in found.scores] == ["last", "moving-average", "ar1"]
    assert "against last" in record.table(found, 7)
    assert record.table(found, 7).splitlines()[1].split()[0] == "last"
