"""A venue where an outsider executes our order, and whose valuation needs the position first."""

from agent.model import Cancel, Cannot, Draft, EvmTx, Fund, Leg, Movement, Terms, Trade, View
from agent.reading import Reading
from agent.units import Usd
from tests.kit.toys import words
from tests.kit.toys.onchain import OnChain, after, call, cancel_call, moved, trade_call
from tests.kit.toys.world import CHAIN, KEEPER, USD_DECIMALS


class Keeper(OnChain):
    name = KEEPER

    def observe(self) -> Reading[View]:
        """Two rounds: what is held, then what that is worth."""
        at, size, working = words.head(CHAIN), words.number(CHAIN, "size/keeper"), words.rows(CHAIN, "working")
        held = yield (at, size, working)
        worth = words.number(CHAIN, f"value/keeper/{held[size]}")
        priced = yield (worth,)
        orders = tuple(words.order(ref, row["size"], "working", row["since"]) for ref, row in held[working].items())
        return words.view(self.name, held[at], held[size], priced[worth], orders)

    def compose(self, leg: Leg, view: View, terms: Terms) -> Draft | Cannot:
        """Collateral and order travel together, after their approval."""
        if cannot := self.refuses(leg):
            return cannot
        calls: list[EvmTx] = []
        movements: list[Movement] = []
        fund = sum((action.amount for action in leg.actions if isinstance(action, Fund)), Usd(0))
        if fund:
            calls.append(call(terms, do="approve", amount=fund.to_int(USD_DECIMALS)))
            movements += [moved("Approval", fund), moved("Transfer", fund)]
        for action in leg.actions:
            at = after(terms, len(calls))
            if isinstance(action, Cancel):
                calls.append(call(at, **cancel_call(action, self.name)))
            elif isinstance(action, Trade):
                collateral, fund = fund.to_int(USD_DECIMALS), Usd(0)
                calls.append(call(at, **trade_call(action, self.name), collateral=collateral))
        return Draft(leg=leg, payloads=tuple(calls), movements=tuple(movements))
