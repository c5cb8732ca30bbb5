import ape
import pytest
from ape.api import AccountAPI
from ape.contracts import ContractInstance
from ape.managers.project import LocalProject

ONE = 10**18


@pytest.fixture
def staked(project: LocalProject, owner: AccountAPI) -> ContractInstance:
    return owner.deploy(project.StakedToken, "Wrapped staked ether", "wstETH", 12 * ONE // 10)


def test_staked_token__when_deployed__stands_for_its_rate(staked: ContractInstance) -> None:
    assert (staked.symbol(), staked.decimals()) == ("wstETH", 18)
    assert staked.stEthPerToken() == 12 * ONE // 10


def test_staked_token__deployed_below_one__reverts(project: LocalProject, owner: AccountAPI) -> None:
    with ape.reverts("accruing: rate below one"):
        owner.deploy(project.StakedToken, "Wrapped staked ether", "wstETH", ONE - 1)


def test_accrue__by_the_owner__compounds(staked: ContractInstance, owner: AccountAPI) -> None:
    staked.accrue(ONE // 100, sender=owner)
    accrued = staked.accrue(ONE // 100, sender=owner)
    assert staked.stEthPerToken() == 1_224_120_000_000_000_000
    assert accrued.events == [staked.Accrued(rate=1_224_120_000_000_000_000)]


def test_accrue__leaves_balances_alone(staked: ContractInstance, owner: AccountAPI, holder: AccountAPI) -> None:
    staked.mint(holder, 5 * ONE, sender=owner)
    staked.accrue(ONE // 100, sender=owner)
    assert staked.balanceOf(holder) == 5 * ONE


def test_accrue__by_more_than_a_tenth__reverts(staked: ContractInstance, owner: AccountAPI) -> None:
    with ape.reverts("accruing: growth above 10 %"):
        staked.accrue(ONE // 10 + 1, sender=owner)


def test_accrue__by_a_stranger__reverts(staked: ContractInstance, stranger: AccountAPI) -> None:
    with ape.reverts("ownable: caller is not the owner"):
        staked.accrue(1, sender=stranger)
