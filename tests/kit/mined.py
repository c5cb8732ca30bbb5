"""What was rehearsed beside what was mined, both from records: the journal's, and the chain's."""

from typing import Any, TypeAlias

from eth_typing import HexStr
from web3 import Web3

Call: TypeAlias = tuple[int, str, str, int, int]
"""nonce, to, data, value, gas."""


def rehearsed_calls(journal: dict[str, Any]) -> list[Call]:
    """From `journal show RUN --json`: the fork's transactions, of every rehearsal that was acted on, in order."""
    sent = {(attempt["payload"]["nonce"]) for intent in _intents(journal) for attempt in intent["attempts"][:1]}
    played = [each for note in journal["notes"] if note["type"] == "Rehearsal" for each in note["played"]]
    return sorted(_call(each["tx"]) for each in played if each["tx"]["nonce"] in sent)


def mined_calls(web3: Web3, journal: dict[str, Any]) -> list[Call]:
    """The transactions of that run as the chain has them."""
    found = []
    for intent in _intents(journal):
        mined = web3.eth.get_transaction(HexStr(intent["attempts"][-1]["ref"]))
        data = "0x" + bytes(mined["input"]).hex()
        found.append((mined["nonce"], str(mined["to"]), data, mined["value"], mined["gas"]))
    return sorted(found)


def _intents(journal: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that are transactions."""
    found = [recorded["intent"] for recorded in journal["intents"]]
    return [intent for intent in found if intent["attempts"][0]["payload"]["type"] == "EvmTx"]


def _call(tx: dict[str, Any]) -> Call:
    return tx["nonce"], tx["to"], tx["data"], tx["value"], tx["gas"]
