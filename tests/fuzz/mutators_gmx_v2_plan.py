"""How a plan for GMX v2 goes wrong: the bytes say what it says, and only what bounds the plan itself objects."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from agent.firewall import Rule
from agent.model import Cancel, Fund, Kind, Name, Protect, Rules, Trade
from agent.units import Base, Price, Ratio, Usd
from tests.fuzz.mutants import Mutant, present
from tests.fuzz.mutators_gmx_v2 import put
from tests.unit.firewall.gmx_v2_scene import Case, approve, approve_zero, case, claim, sale, warrant
from tests.unit.firewall.gmx_v2_wire import order


def with_warrant(case: Case, **changed: object) -> Rules:
    return replace(case.rules, warrants=(replace(case.warrant, **changed),))  # type: ignore[arg-type]


def market_of(case: Case) -> Name:
    action = case.warrant.leg.actions[-1]
    assert isinstance(action, Trade | Protect)
    return action.market


def scaled(case: Case, rng: Random, least: int, most: int) -> Mapping[Name, Price]:
    """The outside price, thousandths of what it was."""
    [(name, price)] = case.warrant.outside.items()
    assert price is not None
    return {name: price * (Ratio(rng.randint(least, most)) * Ratio("0.001"))}


def size_of(case: Case) -> Base:
    action = case.warrant.leg.actions[-1]
    assert isinstance(action, Trade | Protect)
    return abs(action.size)


def limited(case: Case, rng: Random) -> Ratio:
    return Ratio(rng.randint(0, 999)) * Ratio("0.001")


def too_large(case: Case, rng: Random) -> Rules:
    trade = case.trade
    assert trade is not None
    return replace(case.rules, max_order=size_of(case) * trade.worst * limited(case, rng))


def turnover_used(case: Case, rng: Random) -> Rules:
    return replace(case.rules, turnover_left=too_large(case, rng).max_order)


def far_off(case: Case, rng: Random) -> Rules:
    """Outside, a sale would bring more, a purchase cost less."""
    trade = case.trade
    assert trade is not None
    sells, unlimited = trade.size.sign() < 0, replace(case.rules, max_order=Usd(10**9), turnover_left=Usd(10**9))
    case = replace(case, rules=unlimited)
    return with_warrant(case, outside=scaled(case, rng, *((1_040, 5_000) if sells else (100, 960))))


def overpriced(case: Case, rng: Random) -> Rules:
    """The venue's mark is far above the outside price: its dollars would buy more coins than planned."""
    return with_warrant(case, outside=scaled(case, rng, 100, 960))


def blind(case: Case, rng: Random) -> Rules:
    return with_warrant(case, outside=rng.choice(({}, {market_of(case): None})))


def unmarked(case: Case, rng: Random) -> Rules:
    """The plan does not know at what price the venue counts, or that it is 0."""
    name, known = market_of(case), case.warrant.markets[market_of(case)]
    return with_warrant(case, markets=rng.choice(({}, {name: replace(known, mark=Price(0))})))


def unentered(case: Case, rng: Random) -> Rules:
    """The plan does not know at what price the position was entered."""
    return with_warrant(case, entries=rng.choice(({}, {market_of(case): Price(0)})))


def exit_that_adds(case: Case, rng: Random) -> Rules:
    return with_warrant(case, leg=replace(case.warrant.leg, kind=rng.choice((Kind.FLATTEN, Kind.RESCUE))))


def more_than_there_is(case: Case, rng: Random) -> Rules:
    """Nothing there, less, or a position the other way round."""
    action = case.warrant.leg.actions[-1]
    assert isinstance(action, Trade | Protect)
    name, size = action.market, action.size
    return with_warrant(case, positions=rng.choice(({}, {name: -size * limited(case, rng)}, {name: size})))


def together_more_than_there_is(case: Case, rng: Random) -> Rules:
    trade = case.trade
    assert trade is not None
    other = replace(trade, size=trade.size * (Ratio(rng.randint(1, 1000)) * Ratio("0.001")))
    leg = replace(case.warrant.leg, actions=(other, trade))
    return with_warrant(case, leg=leg, positions={trade.market: -trade.size})


def reached(case: Case, rng: Random) -> Rules:
    """The price is at the stop's trigger, or beyond it."""
    return with_warrant(case, outside=scaled(case, rng, 1_200, 3_000))


def stop_elsewhere(case: Case, rng: Random) -> Rules:
    """The order that would be changed protects another position, or none of ours."""
    [key] = case.warrant.stops
    return with_warrant(case, stops=rng.choice(({}, {key: Name("ETH long on coins")})))


def unplanned(case: Case, rng: Random) -> Rules:
    """A leg there is, but it asks for something else."""
    other = Cancel(order_id="0x" + rng.randbytes(32).hex())
    return with_warrant(case, leg=replace(case.warrant.leg, actions=(other,)))


def without_collateral(case: Case, rng: Random) -> Mutant:
    """The short goes, what should stand behind it does not."""
    bare = {name: each for name, each in case.fields.items() if not name.startswith("sent_")}
    naked = replace(case, fields={**bare, "collateral_delta": 0})
    return present(case, put(naked), frozenset({Rule.LEVERAGE}))


def collateral_alone(case: Case, rng: Random) -> Mutant:
    """The collateral of a combined order by itself, so that the order could have it a second time."""
    alone = put(case, size_usd=0, acceptable=0)
    mutant = present(case, alone, frozenset({Rule.AMOUNT}))
    return replace(
        mutant, rules=replace(mutant.rules, rehearsed=(case.tx, alone)), before=rng.choice(((), (case.tx,)))
    )


def collateral_twice(made: Case, rng: Random) -> Mutant:
    """Two sales in one leg, and each brings all of its collateral."""
    fund, first = made.warrant.leg.actions
    assert isinstance(fund, Fund)
    price = made.warrant.outside[market_of(made)]
    assert price is not None
    trade, stated = sale(rng, price)
    both = warrant(fund, first, trade, price=price)
    fields = order(made.pins, 2, **stated, collateral_delta=fund.amount.to_int(6))
    second = case(made.pins, made.method, fields, both, rng)
    again = replace(second.tx, nonce=made.tx.nonce + 1)
    rules = replace(made.rules, warrants=(both,), rehearsed=(made.tx, again))
    caught = frozenset({Rule.TWICE})
    return Mutant(case=made, payload=again, rules=rules, caught_by=caught, before=(made.tx,))


def by_the_operator(made: Case, rng: Random) -> Mutant:
    """What only the account can do, planned as it is."""
    own = rng.choice((claim, approve, approve_zero))(made.pins, rng)
    return present(own, own.tx, frozenset({Rule.CONTRACT, Rule.METHOD}))
