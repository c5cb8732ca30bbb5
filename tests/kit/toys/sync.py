"""A venue that fills within our own transaction."""

from agent.model import Cancel, Cannot, Code, Draft, EvmTx, Fund, Leg, Movement, Terms, Trade, View
from agent.reading import Reading
from tests.kit.toys import words
from tests.kit.toys.onchain import OnChain, after, call, moved, trade_call
from tests.kit.toys.world import CHAIN, SYNC, USD_DECIMALS


class Sync(OnChain):
    name = SYNC

    def observe(self) -> Reading[View]:
        at, size, money = words.head(CHAIN), words.number(CHAIN, "size/sync"), words.number(CHAIN, "money/sync")
        seen = yield (at, size, money)
        return words.view(self.name, seen[at], seen[size], seen[money])

    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
        if any(isinstance(action, Cancel) for action in leg.actions):
            return Cannot(leg=leg, reason=self._because(Code.UNSUPPORTED))
        if cannot := self.refuses(leg):
            return cannot
        calls: list[EvmTx] = []
        movements: list[Movement] = []
        for action in leg.actions:
            at = after(terms, len(calls))
            if isinstance(action, Fund):
                amount = action.amount.to_int(USD_DECIMALS)
                calls.append(call(at, do="approve", amount=amount))
                calls.append(call(after(at, 1), do="deposit", venue=self.name, amount=amount))
                movements += [moved("Approval", action.amount), moved("Transfer", action.amount)]
            elif isinstance(action, Trade):
                calls.append(call(at, **trade_call(action, self.name)))
        return Draft(leg=leg, payloads=tuple(calls), movements=tuple(movements))
