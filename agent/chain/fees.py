"""What a slot bids. Wei per gas, integers; pure."""

from dataclasses import replace

from agent.evm_slot import is_burn
from agent.model import Address, EvmTx, value

REPLACEMENT_NUMERATOR, REPLACEMENT_DENOMINATOR = 9, 8
"""A pool takes a replacement that bids 10 % more in fee and in tip (geth, reth, anvil); 12.5 % also satisfies those
that round up or ask a little more."""


@value
class Fees:
    """What the configuration says of a chain's fees.

    `max_gas` bounds what an estimate may ask for: no more than the firewall lets through, else nothing is signed.
    """

    tip: int
    ceiling: int
    ttl_ms: int
    gas_margin_percent: int = 150
    max_gas: int = 3_000_000

    def bid(self, base_fee: int) -> int:
        """Twice the base fee outlives six full blocks. Cut at the ceiling where that still gets the tip through."""
        wanted = 2 * base_fee + self.tip
        return min(wanted, self.ceiling) if base_fee + self.tip <= self.ceiling else wanted

    def gas(self, estimate: int) -> int:
        """A limit costs nothing unless it is used, and a transaction that runs out of gas costs all of it."""
        return min(estimate * self.gas_margin_percent // 100, self.max_gas)


def bump(last: EvmTx, ceiling: int, base_fee: int, fees: Fees) -> EvmTx:
    """The same call at a higher bid once the base fee has left it behind; else, or at the ceiling, the same bytes."""
    least = _raised(last.max_fee)
    if not _left_behind(last, base_fee) or least > ceiling:
        return last
    fee = min(max(least, fees.bid(base_fee)), ceiling)
    return replace(last, max_fee=fee, tip=min(max(_raised(last.tip), fees.tip), fee))


def burn(
    first: EvmTx, last: EvmTx, operator: Address, gas: int, ceiling: int, base_fee: int, fees: Fees
) -> EvmTx | None:
    """Nothing, to ourselves, so that a call past its time can never fill.

    It must outbid every bump, so money bounds it instead of the ceiling: never more than the call could have cost.
    None while that is too little to replace the call: it must not be sent again either.
    """
    burning = is_burn(last)
    if burning and not _left_behind(last, base_fee):
        return last
    least, most = _raised(last.max_fee), first.gas * ceiling // gas
    if least > most:
        return last if burning else None
    fee = min(max(least, 2 * base_fee + fees.tip), most)
    tip = min(max(_raised(last.tip), fees.tip), fee)
    return replace(first, to=operator, data=b"", value=0, gas=gas, max_fee=fee, tip=tip)


def _left_behind(tx: EvmTx, base_fee: int) -> bool:
    """The next block would not take it, or not at its full tip."""
    return tx.max_fee < base_fee + tx.tip


def _raised(bid: int) -> int:
    return max(-(-bid * REPLACEMENT_NUMERATOR // REPLACEMENT_DENOMINATOR), bid + 1)
