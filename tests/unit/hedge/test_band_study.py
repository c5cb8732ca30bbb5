"""The zone by cost beside a constant band, on real prices: what docs/trading.md says of it."""

from agent.units import Ratio
from tests.kit.band_study import moments_of, study
from tests.kit.beside import data


def test_zone_by_cost__out_of_sample_at_the_same_tracking_error__costs_about_as_much_or_a_little_less() -> None:
    [row] = study(moments_of(data("binance_ETH_1h.csv.gz"), every_h=12), [Ratio("0.03")])
    errors = row.by_cost.tracking_error / row.constant.tracking_error
    assert Ratio("0.99") < errors < Ratio("1.01"), "compared at the same tracking error"
    assert Ratio("-0.02") < row.saved < Ratio("0.12")
    assert row.by_cost.trades > 100
