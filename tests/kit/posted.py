"""What was rehearsed beside what an exchange received, both from records: the journal's, and the exchange's."""

import json
from collections.abc import Sequence
from typing import Any


def rehearsed_bodies(journal: dict[str, Any]) -> list[str]:
    """From `journal show RUN --json`: the messages of every rehearsal that was acted on, in order."""
    ours, drafts = _nonces(journal), [draft for note in journal["notes"] for draft in note.get("drafts", ())]
    messages = [each for draft in drafts for each in draft["payloads"] if each["type"] == "Message"]
    return [bytes.fromhex(each["body"][2:]).decode() for each in messages if each["nonce"] in ours]


def posted_bodies(log: Sequence[dict[str, Any]], journal: dict[str, Any]) -> list[str]:
    """The same run's, as they arrived there, without their signatures."""
    ours, bodies = _nonces(journal), [arrived["body"] for arrived in log]
    return [_unsigned(body) for body in bodies if body["nonce"] in ours]


def _unsigned(body: dict[str, Any]) -> str:
    return json.dumps({key: part for key, part in body.items() if key != "signature"}, separators=(",", ":"))


def _nonces(journal: dict[str, Any]) -> set[int]:
    """Of the run's messages; another lane counts its own."""
    payloads = [recorded["intent"]["attempts"][0]["payload"] for recorded in journal["intents"]]
    return {payload["nonce"] for payload in payloads if payload["type"] == "Message"}
