import ape
import pytest
from ape.api import AccountAPI
from ape.contracts import ContractInstance
from ape.managers.chain import ChainManager
from ape.managers.project import LocalProject

PRICE = 2_000 * 10**8


@pytest.fixture
def aggregator(project: LocalProject, owner: AccountAPI) -> ContractInstance:
    return owner.deploy(project.Aggregator, "ETH / USD", 8, PRICE)


def test_aggregator__when_deployed__answers_its_first_round(
    aggregator: ContractInstance, chain: ChainManager
) -> None:
    now = chain.blocks.head.timestamp
    assert (aggregator.description(), aggregator.decimals(), aggregator.version()) == ("ETH / USD", 8, 4)
    assert list(aggregator.latestRoundData()) == [1, PRICE, now, now, 1]


def test_set_answer__by_the_owner__opens_a_round_and_keeps_the_old_one(
    aggregator: ContractInstance, owner: AccountAPI
) -> None:
    first = list(aggregator.latestRoundData())
    written = aggregator.set_answer(PRICE + 1, sender=owner)
    assert list(aggregator.latestRoundData()) == [2, PRICE + 1, written.timestamp, written.timestamp, 2]
    assert list(aggregator.getRoundData(1)) == first
    assert written.events == [aggregator.AnswerUpdated(current=PRICE + 1, roundId=2, updatedAt=written.timestamp)]


def test_set_answer__dated_back__is_stale_from_the_start(
    aggregator: ContractInstance, owner: AccountAPI, chain: ChainManager
) -> None:
    yesterday = chain.blocks.head.timestamp - 86_400
    aggregator.set_answer(PRICE, yesterday, sender=owner)
    assert list(aggregator.latestRoundData()) == [2, PRICE, yesterday, yesterday, 2]


def test_set_answer__not_positive__is_told_as_it_is(aggregator: ContractInstance, owner: AccountAPI) -> None:
    aggregator.set_answer(-1, sender=owner)
    assert aggregator.latestRoundData()[1] == -1


def test_set_answer__in_the_future__reverts(
    aggregator: ContractInstance, owner: AccountAPI, chain: ChainManager
) -> None:
    with ape.reverts("aggregator: round in the future"):
        aggregator.set_answer(PRICE, chain.blocks.head.timestamp + 3_600, sender=owner)


def test_set_answer__by_a_stranger__reverts(aggregator: ContractInstance, stranger: AccountAPI) -> None:
    with ape.reverts("ownable: caller is not the owner"):
        aggregator.set_answer(PRICE, sender=stranger)


def test_get_round_data__of_a_round_not_written__reverts(aggregator: ContractInstance) -> None:
    with ape.reverts("aggregator: no data present"):
        aggregator.getRoundData(2)
