"""Policies as a configuration writes them: parameters of every type, a ratio by hand, and a basket of coins."""

from datetime import date
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.hedge import Hedge
from agent.hedge.policies import Override
from agent.hedge.policies.full import Full
from agent.hedge.policies.min_variance import MinVariance
from agent.hedge.policies.schedule import Schedule
from agent.hedge.policies.tactical import Tactical
from agent.model import Name
from agent.units import Ratio
from agent.wiring.hedging import hedges
from agent.wiring.parts import wallet_parts
from tests.unit.test_settings import good, loaded
from tests.unit.test_settings_refused import forgotten

ETH, SEI = Name("ETH"), Name("SEI")
HELD = '[declared.sei]\nunderlying = "SEI"\namount = 5000\nuntil = 2099-01-01\n'
PRICED = f'[prices.sei]\nchain = "local"\nunderlying = "SEI"\nfeed = "0x{"1a" * 20}"\n'
POLICY = 'policy = "full"'


def hedge(folder: Path, table: str, beside: str = "") -> Hedge:
    """The local chain's configuration with this policy, and tables beside it."""
    text = good()
    assert POLICY in text
    [found] = hedges(loaded(folder, f"{text.replace(POLICY, table)}\n{beside}"))
    return found


def test_parameters__a_choice_numbers_and_days__are_read_as_the_policy_declares_them(tmp_path: Path) -> None:
    table = 'policy = "tactical"\nparameters = { signal = "breakout", days = 30, ceiling = 0.6, steps = "3" }'

    assert hedge(tmp_path, table).policy == Tactical(signal="breakout", days=30, ceiling=Ratio("0.6"), steps=3)


def test_parameters__dotted_dates__are_a_schedule(tmp_path: Path) -> None:
    table = 'policy = "schedule"\nparameters.ratios.2027-01-31 = "0.5"\nparameters.ratios.2027-03-01 = 1'

    assert hedge(tmp_path, table).policy == Schedule(
        ratios={date(2027, 1, 31): Ratio("0.5"), date(2027, 3, 1): Ratio(1)}
    )


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (
            'policy = "tactical"\nparameters.signal = "trends"',
            "hedges.ETH: policy tactical: signal must be one of rate-of-change, trend, breakout, in, out, not 'tr",
        ),
        ('policy = "tactical"', "hedges.ETH: policy tactical: signal is missing"),
        (
            'policy = "partial"\nparameters.ratio = 2027-01-31',
            "hedges.ETH: policy partial: ratio must be a number, like 0.5, not 2027-01-31",
        ),
        (
            f'{POLICY}\noverride = {{ ratio = "1.5", until = 2099-01-01 }}',
            "hedges.ETH: policy override: ratio must be at least 0 and at most 1, not 1.5",
        ),
        (f'{POLICY}\noverride = {{ ratio = "0.5" }}', "hedges.ETH.override.until: is missing"),
        (
            f'{POLICY}\noverride = {{ ratio = "-1", until = 2099-01-01 }}',
            "override.ratio: must be at least 0, not -1",
        ),
    ],
)
def test_policy__wrong__is_refused_by_its_key(tmp_path: Path, table: str, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        hedge(tmp_path, table)

    assert says in str(refused.value)


def test_override__of_a_hedge__stands_above_its_policy(tmp_path: Path) -> None:
    table = f'{POLICY}\noverride = {{ ratio = "0.4", until = 2026-12-31 }}'

    assert hedge(tmp_path, table).policy == Override(policy=Full(), ratio=Ratio("0.4"), until=date(2026, 12, 31))


def test_basket__of_a_hedge__brings_the_places_that_hold_its_coins(tmp_path: Path) -> None:
    alone = hedge(tmp_path, POLICY)

    found = hedge(tmp_path, 'policy = "min-variance"\nbasket = ["SEI"]', HELD + PRICED)

    assert found.policy == MinVariance()
    assert found.coins == (ETH, SEI)
    assert set(found.wallets) == {*alone.wallets, Name("sei")}


@pytest.mark.parametrize(
    ("table", "beside", "says"),
    [
        ('basket = ["SEI"]', HELD, "hedges.ETH.basket: no [prices.NAME] has underlying = 'SEI'"),
        ('basket = ["SEI"]', PRICED, "hedges.ETH: no wallet and no declaration holds SEI"),
        ('basket = ["ETH"]', "", "hedges.ETH.basket: ETH has a table [hedges.ETH]: one of them must go"),
        (
            'basket = ["SEI", "SEI"]',
            HELD + PRICED,
            "hedges.ETH.basket: SEI stands in it twice",
        ),
        (
            'basket = ["SEI"]',
            f'{HELD}{PRICED}[hedges.SEI]\nvenues = ["perp"]\n',
            "hedges.ETH.basket: SEI has a table [hedges.SEI]: one of them must go",
        ),
        (
            'basket = ["SEI"]',
            f'{HELD}{PRICED}[hedges.BTC]\nvenues = ["perp"]\nbasket = ["SEI"]\n',
            "hedges.ETH.basket: SEI is in hedges.BTC.basket, too: one of them must go",
        ),
    ],
)
def test_basket__a_coin_that_would_be_hedged_twice_or_not_counted__is_refused(
    tmp_path: Path, table: str, beside: str, says: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        hedge(tmp_path, f"{POLICY}\n{table}", beside)

    assert says in str(refused.value)


def test_basket__a_coin_that_stands_in_unhedged__is_refused(tmp_path: Path) -> None:
    text = good().replace(POLICY, f'{POLICY}\nbasket = ["SEI"]')

    with pytest.raises(ConfigError, match=r"hedges\.ETH\.basket: SEI stands in unhedged, too: one of them must go"):
        loaded(tmp_path, f'unhedged = ["SEI"]\n{text}\n{HELD}{PRICED}')


def test_wallets__a_coin_of_a_basket__is_not_forgotten(tmp_path: Path) -> None:
    text = forgotten().replace(POLICY, f'{POLICY}\nbasket = ["ETHH"]')

    settings = loaded(tmp_path, f"{text}\n{PRICED.replace('SEI', 'ETHH')}")

    assert [wallet.name for wallet in wallet_parts(settings)] == ["cold1", "cold2"]
