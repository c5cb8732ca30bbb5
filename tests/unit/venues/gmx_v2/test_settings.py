"""The configuration of one market: what is refused, and what makes two entries one and the same."""

import pytest
from pydantic import ValidationError

from agent.model import Name
from agent.venues.gmx_v2.settings import GmxV2Settings
from tests.unit.venues.gmx_v2.figures import ACCOUNT, ETH, MARKET, OTHER_MARKET, USDC, WETH, Scene
from tests.unit.venues.gmx_v2.scene import gmx_v2, settings


def changed(**figures: object) -> GmxV2Settings:
    return GmxV2Settings.model_validate(settings(Scene()).model_dump() | figures)


def test_version__unknown__says_which_are_known_and_that_an_older_reader_answers() -> None:
    with pytest.raises(ValidationError, match=r'"2.3" of GMX v2 is not known; known are 2.2, 2.2c, live'):
        changed(version="2.3")


@pytest.mark.parametrize("field", ["exchange_routers", "subaccount_routers"])
def test_routers__none__are_refused(field: str) -> None:
    contracts = settings(Scene()).contracts.model_dump() | {field: ()}
    with pytest.raises(ValidationError, match=field):
        changed(contracts=contracts)


def test_key__unknown__is_refused() -> None:
    with pytest.raises(ValidationError, match="leverage"):
        changed(leverage=50)


def test_book__of_two_markets_of_one_account__is_not_the_same() -> None:
    market = settings(Scene()).market.model_dump()
    other = changed(market=market | {"token": OTHER_MARKET})
    assert settings(Scene()).book == ("gmx-v2", ACCOUNT, MARKET)
    assert other.book != settings(Scene()).book
    assert settings(Scene()).underlyings == (ETH,)


@pytest.mark.parametrize(
    ("token", "is_long", "name"),
    [
        (USDC, False, "ETH"),
        (USDC, True, "ETH long on dollars"),
        (WETH, False, "ETH short on coins"),
        (WETH, True, "ETH long on coins"),
    ],
)
def test_position__by_side_and_collateral__has_a_name_of_its_own(token: str, is_long: bool, name: str) -> None:
    venue = gmx_v2(Scene())
    [address] = [each for each in (USDC, WETH) if each == token]
    assert venue.name_of(address, is_long=is_long) == Name(name)
