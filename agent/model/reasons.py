"""Why something was not done, as data: a code, its meaning, and the exit code it leads to."""

from enum import StrEnum

from agent.errors import Exit
from agent.model.base import value


class Code(StrEnum):
    """The closed list of reasons. Each has a row in MEANING and in docs/reference.md."""

    # Nothing is wrong.
    IN_BAND = "IN_BAND"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    DUST = "DUST"
    SLICED = "SLICED"
    SPLIT = "SPLIT"
    SWEEP = "SWEEP"
    CHANGED = "CHANGED"
    TRIGGERED = "TRIGGERED"
    CARRY_COST = "CARRY_COST"
    ROLL = "ROLL"
    SELLING_CHEAPER = "SELLING_CHEAPER"
    CORRELATION = "CORRELATION"
    DIRECT_MARKET = "DIRECT_MARKET"
    OVERRIDE_ENDS = "OVERRIDE_ENDS"
    EXPOSURE_UNCONFIRMED = "EXPOSURE_UNCONFIRMED"
    WORKING = "WORKING"
    # A gate holds.
    UNDECIDED = "UNDECIDED"
    CHANGED_HELD = "CHANGED_HELD"
    COOLDOWN = "COOLDOWN"
    STALE = "STALE"
    SKEW = "SKEW"
    ORACLE_STALE = "ORACLE_STALE"
    ORACLE_DEVIATION = "ORACLE_DEVIATION"
    DEPEG = "DEPEG"
    SEQUENCER = "SEQUENCER"
    SIGN_UNREADABLE = "SIGN_UNREADABLE"
    BASIS = "BASIS"
    LEVERAGE = "LEVERAGE"
    SHORT_RUNWAY = "SHORT_RUNWAY"
    ORDER_SIZE = "ORDER_SIZE"
    TURNOVER = "TURNOVER"
    DISPUTED = "DISPUTED"
    DEPTH = "DEPTH"
    MAX_SHARE = "MAX_SHARE"
    SLIPPAGE = "SLIPPAGE"
    COLLATERAL = "COLLATERAL"
    GAS_RUNWAY = "GAS_RUNWAY"
    FEE_ABOVE_CEILING = "FEE_ABOVE_CEILING"
    HALTED = "HALTED"
    ON_HOLD = "ON_HOLD"
    WRONG_WAY = "WRONG_WAY"
    # A person must look.
    EXPOSURE_JUMP = "EXPOSURE_JUMP"
    DECLARATION_EXPIRED = "DECLARATION_EXPIRED"
    UNADOPTED = "UNADOPTED"
    FOREIGN_FILL = "FOREIGN_FILL"
    CHANGED_ASKS = "CHANGED_ASKS"
    UNCONFIGURED_POSITION = "UNCONFIGURED_POSITION"
    FOREIGN_NONCE = "FOREIGN_NONCE"
    NOT_DELEGATED = "NOT_DELEGATED"
    EXITS_ONLY = "EXITS_ONLY"
    RESCUE = "RESCUE"
    RETRY_CAP = "RETRY_CAP"
    GAS_BUDGET = "GAS_BUDGET"
    NO_GAS = "NO_GAS"
    EXIT_UNFINISHED = "EXIT_UNFINISHED"
    OWNER = "OWNER"
    NOT_EXECUTABLE = "NOT_EXECUTABLE"
    UNSUPPORTED = "UNSUPPORTED"
    REFUSED = "REFUSED"
    REHEARSAL_FAULT = "REHEARSAL_FAULT"
    MISCONFIGURED = "MISCONFIGURED"
    # Later may do.
    UNREADABLE = "UNREADABLE"
    SPOT_UNREADABLE = "SPOT_UNREADABLE"
    NOT_SEEN = "NOT_SEEN"
    REHEARSAL_UNAVAILABLE = "REHEARSAL_UNAVAILABLE"
    DEADLINE = "DEADLINE"
    REVERTED = "REVERTED"
    CANCELLED = "CANCELLED"
    BURNED = "BURNED"
    REPLACED = "REPLACED"
    NOT_SETTLED = "NOT_SETTLED"
    IN_FLIGHT = "IN_FLIGHT"
    NOT_FLAT = "NOT_FLAT"


@value
class Reason:
    """One reason. `subject` is what it is about; `value` what was found and `limit` what is allowed, in words."""

    code: Code
    subject: str
    value: str = ""
    limit: str = ""


AS_CONFIGURED = "what the configuration says"
_ADOPT = "if this is right: `hedgekeeper journal adopt`"

MEANING: dict[Code, tuple[Exit, str]] = {
    Code.IN_BAND: (Exit.DONE, "the position is inside the band"),
    Code.BELOW_MINIMUM: (Exit.DONE, "the trade would be smaller than the smallest worth making"),
    Code.DUST: (Exit.DONE, "what is left is smaller than the venue trades"),
    Code.SLICED: (
        Exit.DONE,
        "more than one order or the depth takes: it goes in slices, the next rounds do the rest",
    ),
    Code.SPLIT: (Exit.DONE, "an increase is divided among the venues by what it costs all-in"),
    Code.CHANGED: (Exit.DONE, "the account changed without us: the hedge goes on from what stands now"),
    Code.TRIGGERED: (Exit.DONE, "a trigger has fired: the hedge goes to its target, inside the band, too"),
    Code.CARRY_COST: (Exit.DONE, "holding the short costs more than its limit"),
    Code.ROLL: (Exit.DONE, "the hedge moves to a venue where it costs less, slice by slice"),
    Code.SELLING_CHEAPER: (
        Exit.DONE,
        "to sell the spot for stables would cost less than to hedge on; it is never sold here",
    ),
    Code.CORRELATION: (
        Exit.DONE,
        "coins without a market of their own are hedged with another coin's: they may part",
    ),
    Code.DIRECT_MARKET: (
        Exit.DONE,
        "a coin of the basket has a market of its own: a hedge there follows it, whatever the others do",
    ),
    Code.OVERRIDE_ENDS: (Exit.DONE, "the ratio set by hand ends soon, or has ended: the policy then decides again"),
    Code.SWEEP: (Exit.DONE, "the venue holds more collateral than the position needs: some could come home"),
    Code.EXPOSURE_UNCONFIRMED: (
        Exit.HELD,
        "the exposure changed; a reading of a later block must agree before it is hedged",
    ),
    Code.WORKING: (Exit.TEMPORARY, "an order is still working at the venue"),
    Code.CHANGED_HELD: (Exit.HELD, f"the position changed without us: nothing is added; {_ADOPT}"),
    Code.UNDECIDED: (Exit.HELD, "the policy cannot say what it wants: what stands stays as it is"),
    Code.COOLDOWN: (Exit.HELD, "the last trade was too recent"),
    Code.STALE: (Exit.HELD, "the view is older than our own last landing: a node lags"),
    Code.SKEW: (Exit.HELD, "the sources were read too far apart in time"),
    Code.ORACLE_STALE: (Exit.HELD, "the outside price is missing or too old"),
    Code.ORACLE_DEVIATION: (Exit.HELD, "the venue's price and the outside price disagree"),
    Code.DEPEG: (Exit.HELD, "a coin is off its peg, or its rate is too old: nothing is added"),
    Code.SEQUENCER: (Exit.HELD, "the chain's sequencer is down, or up again for too short a time: nothing is added"),
    Code.SIGN_UNREADABLE: (Exit.HELD, "whether that is well cannot be read: nothing is added"),
    Code.BASIS: (Exit.HELD, "mark and index price are too far apart to add to the position"),
    Code.LEVERAGE: (Exit.HELD, "the position would be above the leverage for opening"),
    Code.SHORT_RUNWAY: (Exit.HELD, "the position would be liquidated too soon to be rescued in time"),
    Code.ORDER_SIZE: (Exit.HELD, "one order would be larger than allowed"),
    Code.TURNOVER: (Exit.HELD, "the turnover of the last 24 hours is used up"),
    Code.DISPUTED: (Exit.HELD, "a second look at the venue contradicts the first: nothing is added"),
    Code.DEPTH: (Exit.HELD, "the market is too thin for this size within the allowed slippage"),
    Code.MAX_SHARE: (Exit.HELD, "more would stand at one venue than its share of the target"),
    Code.SLIPPAGE: (Exit.HELD, "the trade's price bound is looser than the allowed slippage"),
    Code.COLLATERAL: (Exit.PERSON, "the collateral and the operator's reserve do not carry the position"),
    Code.GAS_RUNWAY: (Exit.PERSON, "the operator's gas would not pay for the exits"),
    Code.FEE_ABOVE_CEILING: (Exit.HELD, "the chain's fee is above the ceiling"),
    Code.HALTED: (Exit.HELD, "the venue is readable but does not trade"),
    Code.ON_HOLD: (Exit.HELD, "a person has flattened: nothing is added until `hedgekeeper journal resume`"),
    Code.WRONG_WAY: (Exit.HELD, "the trade would move the position away from its target"),
    Code.EXPOSURE_JUMP: (Exit.PERSON, f"the exposure changed by more than is believable; {_ADOPT}"),
    Code.DECLARATION_EXPIRED: (Exit.PERSON, "a declared holding has expired: renew or remove it"),
    Code.UNADOPTED: (
        Exit.PERSON,
        f"a position is live that the journal does not know, and is only reduced; {_ADOPT}",
    ),
    Code.CHANGED_ASKS: (Exit.PERSON, f"the position changed without us: nothing is added; {_ADOPT}"),
    Code.FOREIGN_FILL: (
        Exit.PERSON,
        f"not what our own fills add up to, and the venue's records do not explain it; {_ADOPT}",
    ),
    Code.UNCONFIGURED_POSITION: (
        Exit.PERSON,
        "a position at a venue or in a market that no hedge of the configuration names: close it by hand, or name it",
    ),
    Code.FOREIGN_NONCE: (Exit.PERSON, f"the operator's key was used by someone else; {_ADOPT}"),
    Code.NOT_DELEGATED: (
        Exit.PERSON,
        "the account has not let the operator trade for it (`hedgekeeper doctor` says how it can)",
    ),
    Code.EXITS_ONLY: (Exit.PERSON, "what the operator may still do is kept for the way out: nothing is added"),
    Code.RESCUE: (
        Exit.PERSON,
        "leverage or runway is beyond its rescue level, and the reserve is too small: add collateral",
    ),
    Code.RETRY_CAP: (Exit.PERSON, "too many of our transactions reverted, or of our orders were cancelled, today"),
    Code.GAS_BUDGET: (Exit.PERSON, "gas and keepers have cost more in a day than is allowed: nothing is added"),
    Code.NO_GAS: (Exit.PERSON, "the operator cannot pay for the gas: send the chain's coin to its address"),
    Code.EXIT_UNFINISHED: (
        Exit.PERSON,
        "a flatten left this open: `hedgekeeper flatten` closes it, `hedgekeeper journal resume` keeps it",
    ),
    Code.OWNER: (Exit.PERSON, "only the owner may do this: the calls to sign are printed"),
    Code.NOT_EXECUTABLE: (Exit.PERSON, "the venue cancelled the order, and would cancel the next one, too"),
    Code.UNSUPPORTED: (Exit.PERSON, "the venue has no such thing"),
    Code.REFUSED: (Exit.PERSON, "the firewall refused to sign"),
    Code.REHEARSAL_FAULT: (Exit.PERSON, "the rehearsal did something that the plan does not say"),
    Code.MISCONFIGURED: (Exit.CONFIG, f"what is there is not {AS_CONFIGURED}: correct it"),
    Code.UNREADABLE: (Exit.TEMPORARY, "a source could not be read"),
    Code.SPOT_UNREADABLE: (
        Exit.TEMPORARY,
        "a wallet of this underlying could not be read: no trade either way",
    ),
    Code.NOT_SEEN: (Exit.TEMPORARY, "the venue or its lane could not be read"),
    Code.REHEARSAL_UNAVAILABLE: (Exit.TEMPORARY, "the fork for the rehearsal could not be used"),
    Code.DEADLINE: (Exit.TEMPORARY, "the time is over; what is open is in the journal, and is ended first next time"),
    Code.REVERTED: (Exit.TEMPORARY, "our transaction was mined and reverted"),
    Code.CANCELLED: (Exit.TEMPORARY, "the venue cancelled the order"),
    Code.BURNED: (Exit.TEMPORARY, "the transaction outlived its time and its slot was burned"),
    Code.REPLACED: (Exit.PERSON, "the slot was used by a transaction that is not in the journal"),
    Code.NOT_SETTLED: (Exit.TEMPORARY, "the run ended before the venue showed the target position"),
    Code.IN_FLIGHT: (Exit.TEMPORARY, "a transaction of ours is not mined yet: a run ends it first, then looks again"),
    Code.NOT_FLAT: (Exit.TEMPORARY, "not all is closed for good"),
}


def exit_for(reason: Reason) -> Exit:
    return MEANING[reason.code][0]
