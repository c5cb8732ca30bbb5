"""How the action of a Hyperliquid message goes wrong: one of its fields says something else."""

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from random import Random
from typing import Any

from agent.model import Message
from tests.unit.firewall.hyperliquid_scene import OTHER_LANE, Case, Json, client_id, message, row_of, spelled
from tests.unit.firewall.scene import EXPIRES_MS, STRANGER

ADDRESS = STRANGER.lower()
USER_SIGNED = {"hyperliquidChain": "Testnet", "signatureChainId": "0x66eee"}
FORBIDDEN: tuple[Json, ...] = (
    {"type": "withdraw3", **USER_SIGNED, "destination": ADDRESS, "amount": "1000", "time": EXPIRES_MS},
    {"type": "usdSend", **USER_SIGNED, "destination": ADDRESS, "amount": "1000", "time": EXPIRES_MS},
    {"type": "spotSend", **USER_SIGNED, "destination": ADDRESS, "token": "USDC:0x6d", "amount": "1", "time": 1},
    {"type": "sendAsset", **USER_SIGNED, "destination": ADDRESS, "sourceDex": "", "destinationDex": "spot"},
    {"type": "usdClassTransfer", **USER_SIGNED, "amount": "1000", "toPerp": False, "nonce": 1},
    {"type": "approveAgent", **USER_SIGNED, "agentAddress": ADDRESS, "agentName": "other", "nonce": 1},
    {"type": "approveBuilderFee", **USER_SIGNED, "maxFeeRate": "0.1%", "builder": ADDRESS, "nonce": 1},
    {"type": "userSetAbstraction", **USER_SIGNED, "user": ADDRESS, "abstraction": "unifiedAccount", "nonce": 1},
    {"type": "vaultTransfer", "vaultAddress": ADDRESS, "isDeposit": True, "usd": 1_000_000},
    {"type": "subAccountTransfer", "subAccountUser": ADDRESS, "isDeposit": True, "usd": 1_000_000},
    {"type": "subAccountSpotTransfer", "subAccountUser": ADDRESS, "isDeposit": True, "token": "USDC", "amount": "1"},
    {"type": "agentSendAsset", "destination": ADDRESS, "sourceDex": "", "destinationDex": "spot", "amount": "1"},
    {"type": "agentSetAbstraction", "abstraction": "u"},
    {"type": "createSubAccount", "name": "other"},
    {"type": "setReferrer", "code": "OTHER"},
    {"type": "cancelByCloid", "cancels": [{"asset": 4, "cloid": "0x" + "0c" * 16}]},
    {"type": "modify", "oid": 77, "order": {"a": 4, "b": True}},
    {"type": "batchModify", "modifies": [{"oid": 77, "order": {"a": 4, "b": True}}]},
    {"type": "twapOrder", "twap": {"a": 4, "b": True, "s": "1", "r": False, "m": 5, "t": False}},
    {"type": "twapCancel", "a": 4, "t": 1},
    {"type": "topUpIsolatedOnlyMargin", "asset": 4, "leverage": "1"},
    {"type": "scheduleCancel", "time": EXPIRES_MS},
    {"type": "reserveRequestWeight", "weight": 1000},
    {"type": "convertToMultiSigUser", "signers": ADDRESS},
    {"type": "multiSig", "signatures": [], "payload": {}},
    {"type": "noop"},
    {"type": "Order", "orders": [], "grouping": "na"},
    {"type": "order\0", "orders": [], "grouping": "na"},
    {"type": ["order"]},
    {"type": None},
    {},
)


def stating(case: Case, action: object) -> Message:
    return message(case.pins, action)


def changed(case: Case, change: Callable[[Json], None]) -> Message:
    action = deepcopy(case.action)
    change(action)
    return stating(case, action)


def of_order(name: str, mutate: Callable[[Case, Random], Any]) -> Callable[[Case, Random], Message]:
    """One field of the order says something else."""
    return lambda case, rng: changed(case, lambda action: action["orders"][0].update({name: mutate(case, rng)}))


def of_action(name: str, mutate: Callable[[Case, Random], Any]) -> Callable[[Case, Random], Message]:
    return lambda case, rng: changed(case, lambda action: action.update({name: mutate(case, rng)}))


def respelled(case: Case, rng: Random) -> Message:
    """A price or size that is the same number to a lenient reader."""
    name = rng.choice(("p", "s"))
    text = case.order[name]
    same = (f"0{text}", f"+{text}", f" {text}", f"{text} ", f"{text}e0", f"{text}_0", f"-{text}")
    zeros = f"{text}0" if "." in text else f"{text}.0"
    foreign = text.translate({ord("0") + n: 0x0660 + n for n in range(10)})
    return of_order(name, lambda case, rng: rng.choice((*same, zeros, foreign, "NaN", "Infinity", "")))(case, rng)


# Actions -----------------------------------------------------------------------------------------
def forbidden(case: Case, rng: Random) -> Json:
    return rng.choice(FORBIDDEN)


def several(case: Case, rng: Random) -> Message:
    """None, or more than one; another one may be the same."""
    name = "orders" if "orders" in case.action else "cancels"
    return of_action(name, lambda case, rng: case.action[name] * rng.choice((0, 2, 3, 40)))(case, rng)


def builder(case: Case, rng: Random) -> Message:
    paid = rng.choice((None, {}, {"b": ADDRESS, "f": rng.randint(0, 100)}))
    return stating(case, {**case.action, "builder": paid})


def other_grouping(case: Case, rng: Random) -> object:
    return rng.choice(("normalTpsl", "positionTpsl", "NA", "", None, {"p": rng.randint(1, 10**6)}, ["na"]))


def other_asset(case: Case, rng: Random) -> int:
    """Of another pinned market, of a coin nearby, of a spot pair, of a builder's perpetual."""
    own, pinned = case.asset, tuple(perpetual.asset for perpetual in case.pins.markets.values())
    unpinned = (own + 1, own + 10_000, own + 110_000, -1, rng.getrandbits(40) + 100)
    return rng.choice([asset for asset in (*unpinned, *pinned) if asset != own])


def asset_changed(case: Case, rng: Random) -> Message:
    asset = other_asset(case, rng)

    def change(action: Json) -> None:
        if "asset" in action:
            action["asset"] = asset
        else:
            row_of(action)["a"] = asset

    return changed(case, change)


def other_direction(case: Case, rng: Random) -> bool:
    return not case.order["b"]


def other_reduce_only(case: Case, rng: Random) -> bool:
    return not case.order["r"]


def moved(text: str, rng: Random, *, up: bool) -> str:
    """By one in its last place, or by far more."""
    number = Decimal(text)
    unit = Decimal(1).scaleb(int(number.as_tuple().exponent))
    count = int(number / unit)
    if up:
        return spelled((count + rng.choice((1, rng.randint(1, count), 9 * count))) * unit)
    return spelled((count - rng.choice((1, rng.randint(1, count)))) * unit)


def larger_size(case: Case, rng: Random) -> str:
    return moved(case.order["s"], rng, up=True)


def smaller_size(case: Case, rng: Random) -> str:
    return moved(case.order["s"], rng, up=False)


def worse_price(case: Case, rng: Random) -> str:
    """More for a purchase, less for a sale; 0 is no bound at all."""
    return rng.choice(("0", *(moved(case.order["p"], rng, up=case.order["b"]) for _ in range(9))))


def stricter_price(case: Case, rng: Random) -> str:
    """It would not trade what the plan trades."""
    return moved(case.order["p"], rng, up=not case.order["b"])


def other_time_in_force(case: Case, rng: Random) -> Json:
    return {"limit": {"tif": rng.choice(("Gtc", "Alo", "FrontendMarket", "IOC", ""))}}


def trigger_of(case: Case) -> Json:
    found: Json = case.order["t"]["trigger"]
    return found


def other_trigger_kind(case: Case, rng: Random) -> Json:
    wrong = rng.choice(({"isMarket": False}, {"tpsl": "tp"}, {"tpsl": ""}, {"isMarket": False, "tpsl": "tp"}))
    return {"trigger": {**trigger_of(case), **wrong}}


def moved_trigger(case: Case, rng: Random) -> Json:
    found = trigger_of(case)
    return {"trigger": {**found, "triggerPx": moved(found["triggerPx"], rng, up=rng.random() < 0.5)}}


def other_form(case: Case, rng: Random) -> Json:
    """A stop instead of a trade, a trade instead of a stop."""
    if case.method == "stop":
        return {"limit": {"tif": "Ioc"}}
    return {"trigger": {"isMarket": True, "triggerPx": case.order["p"], "tpsl": "sl"}}


def other_client_id(case: Case, rng: Random) -> str:
    lane, nonce, own = case.tx.lane, case.tx.nonce, str(case.order["c"])
    strangers = (f"0x{rng.getrandbits(128):032x}", "", own[2:], own.upper(), own + "00")
    return rng.choice((client_id(lane, nonce + 1), client_id(OTHER_LANE, nonce), *strangers))


def other_order(case: Case, rng: Random) -> Message:
    oid = case.action["cancels"][0]["o"]
    others = (oid + 1, -oid, 0, rng.getrandbits(40) + oid + 1)
    return changed(case, lambda action: action["cancels"][0].update(o=rng.choice(others)))


def other_leverage(case: Case, rng: Random) -> int:
    own = case.action["leverage"]
    return rng.choice([each for each in (-1, 0, 1, 2, 3, 5, 10, 40, 2**70) if each != own])


def other_mode(case: Case, rng: Random) -> bool:
    return not case.action["isCross"]


def other_side(case: Case, rng: Random) -> bool:
    return False


def other_amount(case: Case, rng: Random) -> int:
    """By a millionth of a dollar, by far more, or the other way."""
    own = case.action["ntli"]
    return int(rng.choice((-own, 0, own - 1, own + 1, own // 2 - 1, own * 10, rng.getrandbits(64) + abs(own) + 1)))
