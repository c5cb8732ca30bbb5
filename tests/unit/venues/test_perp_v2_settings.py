"""What the configuration refuses."""

from typing import Any

import pytest
from pydantic import ValidationError

from agent.units import Base
from agent.venues.perp_v2.settings import PerpV2Settings
from tests.unit.venues.scene import ETH, perp_v2

GOOD: dict[str, Any] = perp_v2().settings.model_dump()


def test_settings__left_out__have_the_usual_figures() -> None:
    settings = perp_v2().settings
    assert settings.collateral_decimals == 6
    assert settings.markets[ETH].lot == Base("0.001")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"leverage": "2"}, "leverage"),
        ({"account": "0x12"}, "account"),
        ({"collateral_decimals": 19}, "collateral_decimals"),
        ({"markets": {}}, "markets"),
        ({"contracts": {**GOOD["contracts"], "vault": "vault"}}, "contracts.vault"),
        ({"markets": {"ETH": {**GOOD["markets"]["ETH"], "lot": "0"}}}, "markets.ETH.lot"),
    ],
)
def test_settings__a_wrong_or_unknown_key__is_named(change: dict[str, Any], key: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PerpV2Settings.model_validate({**GOOD, **change})
    assert [".".join(map(str, error["loc"])) for error in refused.value.errors()] == [key]


@pytest.mark.parametrize("pinned", ["clearing_house", "vault", "exchange", "account_balance", "delegate_approval"])
def test_settings__a_contract_that_is_not_pinned__is_missing(pinned: str) -> None:
    left = {name: address for name, address in GOOD["contracts"].items() if name != pinned}
    with pytest.raises(ValidationError, match=f"contracts.{pinned}"):
        PerpV2Settings.model_validate({**GOOD, "contracts": left})
