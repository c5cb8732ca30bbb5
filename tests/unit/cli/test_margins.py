"""The tables of a stress and of a capital plan, as a person reads them."""

from agent.cli import margins
from agent.hedge.capital import Planner
from agent.hedge.runway import runways
from agent.hedge.stress import stress
from agent.model import Past
from agent.units import Ratio, Usd
from tests.unit.hedge.scene import LIMITS, PERP, decided, hedge, snapshot, view


def test_runway__as_text_and_json__is_one_sentence_and_its_figures() -> None:
    found = runways(view("-10", equity="10000"), Past(), LIMITS.assumed_volatility)

    assert margins.as_text(found) == (
        "  perp ETH liquidates at +41 % (2,823.53); runway at an assumed volatility of 80 % a year: 18 days"
    )
    [told] = margins.as_json(found)
    assert isinstance(told, dict)
    assert (told["venue"], told["says"][:4], told["needs"]) == ("perp", "+41 ", "1250")


def test_stress__a_row__says_what_is_left_and_what_is_missing() -> None:
    rows = stress(view("-10", equity="10000"), Ratio(2))
    told = margins.Stress(rows=rows, open_leverage=Ratio(2)).text().splitlines()

    assert told[0] == "if nothing is done meanwhile"
    assert " ".join(told[3].split()) == "perp +20 % 6,000 USD 4.00x add 6,000 USD"
    assert told[6].split()[-5:] == ["left", "LIQUIDATED", "add", "15,000", "USD"]


def test_capital__nothing_wanted__says_so() -> None:
    empty = margins.Capital(needs=(), idle_rate=Ratio("0.05"), exits={}, exits_of_gas=3)

    assert empty.text() == "no hedge wants a position: nothing to plan"


def test_capital__a_hedge__is_one_table_with_its_assumptions_below() -> None:
    seen = snapshot(view("0", equity="0"))
    planner = Planner(limits=LIMITS, past=Past(), idle_rate=Ratio("0.05"))
    needs = planner.needs([hedge()], decided(seen).hedges, seen)
    told = margins.Capital(needs=needs, idle_rate=Ratio("0.05"), exits={PERP: 10**17}, exits_of_gas=3).text()

    assert told.splitlines()[0] == "short 10 ETH on perp, 20,000 USD, over 30 days"
    rows = {line[:22].strip(): line[22:].split("  ") for line in told.splitlines()}
    assert [cell.strip() for cell in rows["collateral now"] if cell] == ["20,000 USD", "20,000 USD", "10,000 USD"]
    assert "idle capital: collateral and the reserve for +50 %, at 5 % a year" in told
    assert told.endswith("gas for 3 exits at the fee ceiling: 0.1 of the chain's coin")
    assert needs[0][2].expected == Usd(0) - needs[0][2].idle
