"""One Chainlink-style aggregator, read and believed only when it makes sense."""

from typing import Any

from agent.errors import Mismatch, Unreadable
from agent.evm import Method, head
from agent.model import Address, Name, Stamp, value
from agent.reading import Answers, Read

# AggregatorV3Interface.sol of @chainlink/contracts.
LATEST = Method("latestRoundData()", "uint80", "int256", "uint256", "uint256", "uint80")
"""roundId, answer, startedAt, updatedAt, answeredInRound."""
DECIMALS = Method("decimals()", "uint8")


@value
class Answer:
    """What the aggregator last said, in its own decimals, and when."""

    amount: int
    stamp: Stamp
    updated_ms: int


@value
class Feed:
    source: Name
    address: Address
    decimals: int

    def reads(self) -> tuple[Read[Any], ...]:
        return self._now, self._latest, self._decimals

    @property
    def _now(self) -> Read[Stamp]:
        return head(self.source)

    @property
    def _latest(self) -> Read[tuple[int, int, int, int, int]]:
        return LATEST.at(self.source, self.address)

    @property
    def _decimals(self) -> Read[int]:
        return DECIMALS.at(self.source, self.address)

    def answer(self, found: Answers) -> Answer:
        """How old it may be is the caller's to say. Raises Unreadable for what no price can be."""
        decimals = found[self._decimals]
        if decimals != self.decimals:
            raise Mismatch(f"{self} has {decimals} decimals, but {self.decimals} are configured")
        round_id, amount, _, updated_s, answered_in = found[self._latest]
        stamp = found[self._now]
        if amount <= 0:
            raise self._wrong(f"answers {amount}, which is not a price")
        if answered_in < round_id:
            raise self._wrong(f"carries an old answer, of round {answered_in}, in round {round_id}")
        if not 0 < updated_s * 1000 <= stamp.time_ms:
            raise self._wrong(f"was updated at {updated_s}, but the block's time is {stamp.time_ms // 1000}")
        return Answer(amount=amount, stamp=stamp, updated_ms=updated_s * 1000)

    def _wrong(self, says: str) -> Unreadable:
        return Unreadable(f"{self} {says}")

    def __str__(self) -> str:
        return f"feed {self.address} on {self.source}"
