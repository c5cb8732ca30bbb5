import ape
import pytest
from ape.api import AccountAPI
from ape.contracts import ContractInstance
from ape.managers.project import LocalProject

NOBODY = "0x0000000000000000000000000000000000000000"


@pytest.fixture
def token(project: LocalProject, owner: AccountAPI, holder: AccountAPI) -> ContractInstance:
    deployed = owner.deploy(project.Token, "USD Coin", "USDC", 6)
    deployed.mint(holder, 100, sender=owner)
    return deployed


def test_token__when_deployed__says_what_it_is(token: ContractInstance, owner: AccountAPI) -> None:
    assert (token.name(), token.symbol(), token.decimals()) == ("USD Coin", "USDC", 6)
    assert token.owner() == owner


def test_mint__by_the_owner__adds_to_balance_and_supply(
    token: ContractInstance, owner: AccountAPI, stranger: AccountAPI
) -> None:
    minted = token.mint(stranger, 7, sender=owner)
    assert token.balanceOf(stranger) == 7
    assert token.totalSupply() == 107
    assert minted.events == [token.Transfer(sender=NOBODY, receiver=stranger, value=7)]


def test_mint__by_a_stranger__reverts(token: ContractInstance, stranger: AccountAPI) -> None:
    with ape.reverts("ownable: caller is not the owner"):
        token.mint(stranger, 1, sender=stranger)


def test_mint__to_nobody__reverts(token: ContractInstance, owner: AccountAPI) -> None:
    with ape.reverts("erc20: mint to the zero address"):
        token.mint(NOBODY, 1, sender=owner)


def test_transfer__within_the_balance__moves_it(
    token: ContractInstance, holder: AccountAPI, stranger: AccountAPI
) -> None:
    moved = token.transfer(stranger, 40, sender=holder)
    assert (token.balanceOf(holder), token.balanceOf(stranger)) == (60, 40)
    assert token.totalSupply() == 100
    assert moved.events == [token.Transfer(sender=holder, receiver=stranger, value=40)]


def test_transfer__to_oneself__changes_nothing(token: ContractInstance, holder: AccountAPI) -> None:
    token.transfer(holder, 40, sender=holder)
    assert token.balanceOf(holder) == 100


def test_transfer__beyond_the_balance__reverts(
    token: ContractInstance, holder: AccountAPI, stranger: AccountAPI
) -> None:
    with ape.reverts("erc20: insufficient balance"):
        token.transfer(stranger, 101, sender=holder)


def test_transfer__to_nobody__reverts(token: ContractInstance, holder: AccountAPI) -> None:
    with ape.reverts("erc20: transfer to the zero address"):
        token.transfer(NOBODY, 1, sender=holder)


def test_approve__again__replaces_the_allowance(
    token: ContractInstance, holder: AccountAPI, spender: AccountAPI
) -> None:
    token.approve(spender, 50, sender=holder)
    approved = token.approve(spender, 30, sender=holder)
    assert token.allowance(holder, spender) == 30
    assert approved.events == [token.Approval(owner=holder, spender=spender, value=30)]


def test_transfer_from__within_the_allowance__spends_it_without_an_approval_event(
    token: ContractInstance, holder: AccountAPI, spender: AccountAPI
) -> None:
    token.approve(spender, 50, sender=holder)
    moved = token.transferFrom(holder, spender, 20, sender=spender)
    assert (token.balanceOf(holder), token.balanceOf(spender)) == (80, 20)
    assert token.allowance(holder, spender) == 30
    assert moved.events == [token.Transfer(sender=holder, receiver=spender, value=20)]


def test_transfer_from__beyond_the_allowance__reverts(
    token: ContractInstance, holder: AccountAPI, spender: AccountAPI
) -> None:
    token.approve(spender, 50, sender=holder)
    with ape.reverts("erc20: insufficient allowance"):
        token.transferFrom(holder, spender, 51, sender=spender)
