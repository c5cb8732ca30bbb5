import ape
import pytest
from ape.api import AccountAPI
from ape.contracts import ContractInstance
from ape.managers.project import LocalProject

ONE = 10**18


@pytest.fixture
def asset(project: LocalProject, owner: AccountAPI) -> ContractInstance:
    return owner.deploy(project.Token, "USD Coin", "USDC", 6)


@pytest.fixture
def vault(project: LocalProject, owner: AccountAPI, asset: ContractInstance) -> ContractInstance:
    return owner.deploy(project.VaultToken, "Dollar vault", "evUSD", asset, 105 * ONE // 100)


def test_vault_token__when_deployed__takes_over_the_decimals_of_its_asset(
    vault: ContractInstance, asset: ContractInstance
) -> None:
    assert vault.asset() == asset
    assert (vault.symbol(), vault.decimals()) == ("evUSD", 6)


def test_convert_to_assets__rounds_down(vault: ContractInstance) -> None:
    assert vault.convertToAssets(2_000_000) == 2_100_000
    assert vault.convertToAssets(19) == 19  # 19.95


def test_convert_to_assets__after_accrual__has_grown(vault: ContractInstance, owner: AccountAPI) -> None:
    vault.accrue(ONE // 10, sender=owner)
    assert vault.convertToAssets(1_000_000) == 1_155_000


def test_total_assets__follow_shares_and_rate(vault: ContractInstance, owner: AccountAPI, holder: AccountAPI) -> None:
    vault.mint(holder, 2_000_000, sender=owner)
    assert vault.totalAssets() == 2_100_000


def test_accrue__by_a_stranger__reverts(vault: ContractInstance, stranger: AccountAPI) -> None:
    with ape.reverts("ownable: caller is not the owner"):
        vault.accrue(1, sender=stranger)
