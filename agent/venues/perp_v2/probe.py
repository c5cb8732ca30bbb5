"""What became of one of our transactions: the slot decides, the exchange's event says what was traded."""

from agent.evm_slot import Mined, outcome, slot
from agent.model import Intent, Outcome, Settlement
from agent.reading import Reading
from agent.venues.perp_v2.setup import Setup
from agent.venues.perp_v2.trades import traded


def probe(setup: Setup, intent: Intent) -> Reading[Outcome]:
    found = yield from slot(setup.source, intent)
    return outcome(found, setup.confirmations, lambda mined: settlement(setup, mined))


def settlement(setup: Setup, mined: Mined) -> Settlement:
    """An approval or a deposit trades nothing: only its gas counts."""
    for log in mined.receipt.logs:
        if trade := traded(setup, log, mined.receipt.ref):
            return Settlement(
                market=trade.market,
                filled=trade.size,
                price=trade.price,
                fee=trade.fee,
                gas_wei=mined.receipt.gas_wei,
            )
    return Settlement(gas_wei=mined.receipt.gas_wei)
