"""What must be as it should before anything is added: a coin at its peg, a rollup whose sequencer works."""

from agent.evm import head
from agent.model import Address, Code, Name, Sign, value
from agent.prices.feed import LATEST, Feed
from agent.reading import Reading
from agent.units import Ratio


@value
class Peg:
    """A coin's market rate against what it stands for: a dollar, or the coin that is staked in it."""

    name: Name
    feed: Feed
    max_age_s: int
    rate: Ratio
    """What it should be."""
    max_below: Ratio
    """How far below it may be, as a share."""

    def observe(self) -> Reading[Sign]:
        found = yield self.feed.reads()
        answer = self.feed.answer(found)
        seen, least = Ratio.from_int(answer.amount, self.feed.decimals), self.rate * (Ratio(1) - self.max_below)
        age_s = (answer.stamp.time_ms - answer.updated_ms) // 1000
        old = age_s > self.max_age_s
        return Sign(
            name=self.name,
            stamp=answer.stamp,
            code=Code.DEPEG,
            wrong=old or seen < least,
            found=f"{seen}, {age_s} s old",
            limit=f"{self.max_age_s} s" if old else f"at least {least}",
        )


@value
class Sequencer:
    """A rollup's uptime feed (Chainlink, L2 Sequencer Uptime Feeds): 0 is up, `startedAt` when that began.

    While it is down, and for the grace after it, prices on that chain are of the past and only some can trade.
    """

    name: Name
    source: Name
    address: Address
    grace_s: int

    def observe(self) -> Reading[Sign]:
        now, latest = head(self.source), LATEST.at(self.source, self.address)
        found = yield now, latest
        _, down, since_s, _, _ = found[latest]
        stamp = found[now]
        for_s = stamp.time_ms // 1000 - since_s
        return Sign(
            name=self.name,
            stamp=stamp,
            code=Code.SEQUENCER,
            wrong=bool(down) or since_s == 0 or for_s < self.grace_s,
            found=f"{'down' if down else 'up'} for {for_s} s",
            limit=f"up for {self.grace_s} s",
        )
