"""What doctor says: the pins, the layout, what the operator may do, and what a stolen key would reach."""

import asyncio

import pytest

from agent.errors import Mismatch, Unreadable
from agent.evm import MAX_UINT256
from agent.reading import drive
from agent.venues.gmx_v2 import delegation
from agent.venues.gmx_v2.keys import CONTROLLER, Keys
from tests.unit.venues.gmx_v2.exchange import Exchange
from tests.unit.venues.gmx_v2.figures import ACCOUNT, AT, HOT, OTHER_ROUTER, WETH, Scene, infos
from tests.unit.venues.gmx_v2.scene import gmx_v2

SUB = AT["SubaccountRouter"]
POSTED = "35000 are held, 20000 approved to the Router; orders that are cancelled use the approval up, too"
WELL = [
    ("ok", f"orders go to handler {AT['OrderHandler']}, which still executes them"),
    ("ok", "the reader answers in layout 2.2"),
    ("ok", f"up to 20000 USD can be posted: {POSTED}"),
    ("ok", "the operator may trade: 195 actions, 60 days left"),
]


def examined(scene: Scene) -> list[tuple[str, str]]:
    [found] = asyncio.run(drive([delegation.examine(gmx_v2(scene))], Exchange(scene)))
    assert {finding.subject for finding in found} == {"venue gmx"}
    return [(finding.level, finding.says) for finding in found]


def test_doctor__all_is_well__says_so_and_what_a_stolen_key_costs() -> None:
    *well, stolen = examined(Scene())
    assert well == WELL
    assert stolen[0] == "warn"
    assert "up to 20000 USD of collateral" in stolen[1]


def test_doctor__operator_and_account_are_one__says_what_that_means() -> None:
    assert examined(Scene(operator=ACCOUNT))[-1] == (
        "warn",
        "operator and account are one: the hot key owns the collateral",
    )


def test_doctor__a_router_that_was_retired__is_a_warning_none_left_a_failure() -> None:
    lost = ("warn", f"router {OTHER_ROUTER} no longer holds its roles: pin the new release's")
    assert examined(Scene(routers=(OTHER_ROUTER,)))[:2] == [lost, WELL[0]]
    found = examined(Scene(roles=Scene().roles - {(SUB, CONTROLLER)}))
    assert ("fail", "no pinned router can carry an order") in found


@pytest.mark.parametrize("name", ["dataStore", "eventEmitter", "router"])
def test_doctor__a_router_of_other_contracts__fails(name: str) -> None:
    found = examined(Scene(named={name: OTHER_ROUTER}))
    assert ("fail", f"router {SUB} belongs to other contracts: {OTHER_ROUTER}") in found


@pytest.mark.parametrize(("name", "key"), [("orderVault", "order_vault"), ("referralStorage", "referral_storage")])
def test_doctor__a_handler_that_names_other_contracts__fails(name: str, key: str) -> None:
    pin = {"order_vault": AT["OrderVault"], "referral_storage": AT["ReferralStorage"]}[key]
    found = examined(Scene(named={name: OTHER_ROUTER}))
    assert ("fail", f"{key} is pinned to {pin}, but the exchange names {OTHER_ROUTER}") in found


def test_doctor__a_wrong_version__is_a_wrong_pin_also_before_there_is_a_position_of_ours() -> None:
    """2.2 and 2.2c differ by a field of positions alone: anybody's shows it."""
    with pytest.raises(Mismatch, match=r"getOrder .* in the layout 2\.2 or 2\.2c, not live"):
        examined(Scene(infos=(), version="live"))
    with pytest.raises(Mismatch, match=r"getPositionInfo .* in the layout 2\.2, not 2\.2c"):
        examined(Scene(infos=infos("liq"), version="2.2c"))


def test_doctor__a_position_that_cannot_be_valued__leaves_the_layout_unproven() -> None:
    level, said = examined(Scene(unvalued=True))[1]
    assert level == "warn"
    assert said.startswith("layout 2.2 is not proven with a position: ")


def test_doctor__nobody_has_a_position__the_order_that_never_was_must_do() -> None:
    assert examined(Scene(infos=()))[1] == WELL[1]


@pytest.mark.parametrize(
    ("scene", "level", "said"),
    [
        (Scene(listed=False), "fail", f"{HOT} is not a subaccount of {ACCOUNT}"),
        (Scene(days=0), "fail", "the operator's permission is used up or over"),
        (Scene(actions=(5, 5)), "fail", "the operator's permission is used up or over"),
        (Scene(actions=(24, 5)), "warn", "only exits now: 19 actions and 60 days are left"),
        (Scene(days=6), "warn", "only exits now: 195 actions and 6 days are left"),
        (Scene(actions=(2_000, 5)), "warn", "the permission is loose: 1995 actions, 60 days"),
        (Scene(days=200), "warn", "the permission is loose: 195 actions, 200 days"),
        (
            Scene(allowance=0),
            "warn",
            f"no collateral is approved to the Router {AT['Router']}: nothing can be posted",
        ),
        (Scene(allowance=MAX_UINT256), "warn", "the Router's allowance of collateral is as good as unlimited"),
        (Scene(coins_allowance=1), "fail", f"the account has approved {WETH} to the Router"),
        (
            Scene(store={Keys.SUBACCOUNT_AUTO_TOP_UP_AMOUNT(ACCOUNT, HOT): 1}),
            "fail",
            "auto-top-up is set: the operator's gas would be taken from the account's coins",
        ),
    ],
)
def test_doctor__of_a_permission__says_what_is_wrong_with_it(scene: Scene, level: str, said: str) -> None:
    assert [found for found, says in examined(scene) if says.startswith(said)] == [level]


def test_doctor__a_role_store_that_is_silent__is_unreadable() -> None:
    scene = Scene()
    exchange = Exchange(scene)
    exchange.dark = frozenset({AT["RoleStore"]})
    with pytest.raises(Unreadable, match="no answer"):
        asyncio.run(drive([delegation.examine(gmx_v2(scene))], exchange))
