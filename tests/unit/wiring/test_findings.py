"""What doctor makes of one look and of the journal."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.model import Code, Gap, Intent, Name, Plan, Reason, Snapshot, View
from agent.model.findings import Finding
from agent.settings import Configuration
from agent.wiring.findings import of_journal, of_plan, of_snapshot
from tests.unit.hedge.scene import DAY, NOW, PERP, decided, held, market, memory, quote, snapshot, terms, view
from tests.unit.journal.samples import signed
from tests.unit.test_settings import good, loaded


@pytest.fixture
def settings(tmp_path: Path) -> Configuration:
    """The scene's venue is called perp, as the local chain's is."""
    return loaded(tmp_path, good())


@pytest.fixture
def intent() -> Intent:
    """Sent, and nobody knows what became of it."""
    return Intent(id=1, ceiling=50, attempts=(signed(),))


def of(settings: Configuration, seen: Snapshot, subject: str) -> list[tuple[str, str]]:
    lane = settings.lane(settings.venues[PERP])
    seen = replace(seen, terms=tuple(replace(each, lane=lane) for each in seen.terms))
    return [(f.level, f.says) for f in of_snapshot(settings, seen) if f.subject.startswith(subject)]


def test_gas__enough_for_the_exits__is_counted_in_them(settings: Configuration) -> None:
    [(level, says)] = of(settings, snapshot(), "gas")
    assert (level, says[:31]) == ("ok", "the key's gas pays for 20 exits")
    poor = replace(snapshot(), terms=(replace(terms(), gas_balance=10**17),))
    assert of(settings, poor, "gas")[0][0] == "fail"


@pytest.mark.parametrize(("exits", "level"), [(9, "ok"), (8, "warn"), (4, "warn"), (3, "fail")])
def test_gas__enough_for_few_orders_more__is_a_warning(settings: Configuration, exits: int, level: str) -> None:
    one = 10**18 // 20
    few = replace(snapshot(), terms=(replace(terms(), gas_balance=exits * one),))
    [(found, says)] = of(settings, few, "gas")
    assert (found, f"{exits} exits" in says) == (level, True)
    assert ("it lasts for" in says) == (level == "warn")


def test_gas__a_venue_that_cannot_be_read__is_no_false_alarm(settings: Configuration) -> None:
    dark = Snapshot(terms=(terms(),), gaps=(Gap(source=PERP, why="execution reverted"),))
    assert of(settings, dark, "gas") == [
        ("warn", f"{10**18} wei, which cannot be counted in exits: perp could not be read")
    ]
    assert of(settings, dark, "perp") == [("fail", "execution reverted")]


@pytest.mark.parametrize(
    ("left_ms", "level", "says"),
    [
        (0, "fail", "has expired, so ETH is not hedged any more"),
        (-DAY, "fail", "has expired"),
        (3 * DAY, "warn", "expires in 3 days"),
    ],
)
def test_declared__near_or_past_its_end__is_told_apart(
    settings: Configuration, left_ms: int, level: str, says: str
) -> None:
    seen = replace(snapshot(), held=(held(wallet=Name("ledger"), expires_ms=NOW + left_ms),))
    [(found, said)] = of(settings, seen, "declared ledger")
    assert found == level
    assert said.startswith(says)


def test_declared__far_from_its_end_or_read_on_chain__is_no_finding(settings: Configuration) -> None:
    seen = replace(snapshot(), held=(held(expires_ms=NOW + 8 * DAY), held(wallet=Name("other"))))
    assert of(settings, seen, "declared") == []


def test_prices__of_several_sources__are_shown_with_their_gaps(settings: Configuration) -> None:
    seen = snapshot(view(at=market(mark="2010", index="2000")), price="1990")
    assert of(settings, seen, "prices of perp ETH") == [
        ("ok", "index 2,000; mark 2,010 is 0.5 % away (limit 3 %); feed 1,990 is 0.5 % away (limit 1 %)")
    ]
    assert of(settings, snapshot(price="2021"), "prices")[0][0] == "warn"
    assert of(settings, snapshot(price="2020.2"), "prices")[0][0] == "ok", (
        "measured by the outside price, as the gate does"
    )
    assert of(settings, snapshot(view(at=market(mark="2061", index="2000"))), "prices")[0][0] == "warn"
    stale = replace(snapshot(price=None), quotes=(quote("2500", age_s=4000),))
    assert of(settings, stale, "prices") == [("ok", "index 2,000; mark 2,000 is 0 % away (limit 3 %)")]
    assert of(settings, stale, "price feed")[0][0] == "fail"


@pytest.mark.parametrize(
    ("seen", "level", "says"),
    [
        (view(), "ok", "no position"),
        (view("-10", equity="20000"), "ok", "1x; no increase above 2x, collateral is added above 4x"),
        (view("-10", equity="8000"), "warn", "2.5x"),
        (view("-10", equity="4000"), "fail", "5x"),
        (view("-10", equity="-1"), "fail", "there is a position, and no equity left"),
    ],
)
def test_leverage__now__is_measured_by_the_limits(settings: Configuration, seen: View, level: str, says: str) -> None:
    [(found, said)] = of(settings, snapshot(seen), "leverage of perp")
    assert found == level
    assert said.startswith(says)


def test_plan__a_position_that_is_not_ours__fails_and_names_the_way_out() -> None:
    [unknown] = of_plan(decided(snapshot(view("-4"))))
    assert (unknown.subject, unknown.level) == ("perp ETH", "fail")
    assert "`hedgekeeper journal adopt`" in unknown.says
    assert unknown.says.endswith(": short 4")
    [foreign] = of_plan(decided(snapshot(view("-4")), memory("-10")))
    assert "our fills add up to short 10" in foreign.says


def test_plan__what_needs_no_person__is_no_finding() -> None:
    reasons = (
        Reason(code=Code.COOLDOWN, subject="ETH"),
        Reason(code=Code.DECLARATION_EXPIRED, subject="ETH"),
        Reason(code=Code.NOT_DELEGATED, subject="perp", value="told by the venue"),
        Reason(code=Code.EXITS_ONLY, subject="perp", value="told by the venue"),
        Reason(code=Code.EXPOSURE_JUMP, subject="ETH", value="1 -> 9", limit="50 %"),
    )
    [jump] = of_plan(Plan(reasons=reasons))
    assert (jump.level, jump.subject) == ("fail", "ETH")


def test_journal__a_hold_and_what_is_open__are_shown(intent: Intent) -> None:
    on_hold = replace(memory(), hold="flattened by run 3")
    hold, open_ = of_journal(on_hold, [intent])
    assert hold == Finding(
        subject="hold", level="warn", says="flattened by run 3: nothing is added until `hedgekeeper journal resume`"
    )
    assert (open_.subject, open_.level) == (intent.lane, "warn")
    assert "is sent and not decided" in open_.says
    assert list(of_journal(memory(), [])) == []


def test_policy__what_a_person_should_know_of_it__is_a_warning() -> None:
    told = Reason(code=Code.OVERRIDE_ENDS, subject="ETH", value="40 % by hand ends today", limit="until 2001-09-09")
    [found] = of_plan(Plan(reasons=(told, Reason(code=Code.IN_BAND, subject="ETH"))))
    assert (found.subject, found.level) == ("policy of ETH", "warn")
    assert found.says.endswith("the policy then decides again: 40 % by hand ends today, limit: until 2001-09-09")


def test_price__of_a_basket_coin__is_missed_like_any_other(tmp_path: Path) -> None:
    text = good().replace('policy = "full"', 'policy = "full"\nbasket = ["SEI"]')
    declared = '[declared.sei]\nunderlying = "SEI"\namount = 5000\nuntil = 2099-01-01\n'
    priced = f'[prices.sei]\nchain = "local"\nunderlying = "SEI"\nfeed = "0x{"1a" * 20}"\n'
    basket = loaded(tmp_path, f"{text}\n{declared}{priced}")
    assert of(basket, snapshot(), "price of SEI") == [
        ("warn", "no outside price: nothing will be added to a position")
    ]


def test_venue__too_slow_for_the_deadline_or_without_stops__is_told(settings: Configuration) -> None:
    wants = settings.model_copy(
        update={"deadline_s": 60, "limits": settings.limits.model_copy(update={"protective_stops": True})}
    )
    slow = snapshot(replace(view(), latency_s=30))
    assert of(wants, slow, "deadline of perp") == [
        ("warn", "deadline_s is 60: an order takes 30 s here, and a rescue may take several")
    ]
    assert [level for level, _ in of(wants, slow, "stops of perp")] == ["warn"]
    fit = snapshot(replace(view(), latency_s=15, stops=True))
    assert of(wants, fit, "deadline") == of(wants, fit, "stops") == of(settings, slow, "stops") == []
