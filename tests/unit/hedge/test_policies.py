"""The policies by name, and the parameters they refuse."""

import pytest

from agent.errors import ConfigError
from agent.hedge import POLICIES, Known, make_policy
from agent.model import Memory
from agent.units import Base, Price, Quantity, Ratio, Usd
from tests.unit.hedge.scene import ETH, PERP, market, snapshot

KNOWN = Known(
    underlying=ETH,
    exposure=Base(10),
    price=Price(2000),
    venue=PERP,
    market=market(),
    snapshot=snapshot(),
    memory=Memory(),
)
PARAMETERS: dict[str, dict[str, Quantity]] = {"partial": {"ratio": Ratio("0.5")}, "fixed-usd": {"usd": Usd(250_000)}}


@pytest.mark.parametrize(
    ("name", "wish"),
    [("full", Ratio(1)), ("partial", Ratio("0.5")), ("starter", Ratio("0.1")), ("fixed-usd", Usd(250_000))],
)
def test_policy__by_its_name__wishes(name: str, wish: Ratio | Usd) -> None:
    assert make_policy(name, PARAMETERS.get(name, {}))(KNOWN).size == wish


def test_policies__all_of_them__can_be_made() -> None:
    wishes = [make_policy(name, PARAMETERS.get(name, {}))(KNOWN).size for name in POLICIES]
    assert [size.sign() for size in wishes if size is not None] == [1] * len(POLICIES)


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("fulll", {}, "there is no policy 'fulll'; known: full, partial, starter, fixed-usd"),
        ("partial", {}, "policy partial: ratio is missing"),
        ("full", {"ratio": Ratio(1)}, "policy full: unknown parameter ratio; known: none"),
        ("partial", {"ratio": Ratio(0)}, "policy partial: ratio must be above 0 and at most 1, not 0"),
        ("partial", {"ratio": Ratio("1.1")}, "policy partial: ratio must be above 0 and at most 1, not 1.1"),
        ("partial", {"ratio": Usd(1)}, "policy partial: ratio must be a Ratio, not Usd(1)"),
        ("fixed-usd", {"usd": Usd(0)}, "policy fixed-usd: usd must be above 0, not 0"),
    ],
)
def test_policy__wrong_name_or_parameter__says_what_is_allowed(
    name: str, parameters: dict[str, Quantity], says: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        make_policy(name, parameters)

    assert str(refused.value) == says
