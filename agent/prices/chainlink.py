"""A price in US dollars from a Chainlink-style aggregator."""

from agent.model import Name, Quote, value
from agent.prices.feed import Feed
from agent.reading import Reading
from agent.units import Price


@value
class Chainlink:
    """The price of one unit of `underlying`, whatever its age: the gates judge that by `max_age_s`."""

    name: Name
    underlying: Name
    feed: Feed
    max_age_s: int

    def observe(self) -> Reading[Quote]:
        found = yield self.feed.reads()
        answer = self.feed.answer(found)
        return Quote(
            source=self.name,
            underlying=self.underlying,
            price=Price.from_int(answer.amount, self.feed.decimals),
            stamp=answer.stamp,
            updated_ms=answer.updated_ms,
            max_age_s=self.max_age_s,
        )
