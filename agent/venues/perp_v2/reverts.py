"""The exchange's revert codes as sentences, with what to do about each.

From the requires in ClearingHouse.sol, Exchange.sol, Vault.sol and UniswapV3Broker.sol; every one that an operator's
calls can meet.
"""

import re
from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "CH_SHNAOPT": "the account has not let the operator trade for it: the owner signs the delegation",
    "CH_NEFCI": "the free collateral does not carry the position at the initial margin: add collateral or trade less",
    "CH_NEFCM": (
        "after a reduction of this size the account would still be below its maintenance margin: "
        "add collateral first, or close the whole position"
    ),
    "CH_TLRS": "the sale would bring less than its price bound: the pool moved, or is too thin for this size",
    "CH_TMRL": "the purchase would cost more than its price bound: the pool moved, or is too thin for this size",
    "CH_TE": "the deadline has passed: the next run decides anew",
    "CH_MNO": "the market is paused or closed: nothing can be traded there",
    "CH_PSZ": "there is no position to close",
    "EX_MIP": "the market is halted by the exchange: wait, or hedge elsewhere",
    "EX_OPLAS": "the trade would move the pool further than the exchange allows within a block: trade less at a time",
    "EX_OPB": "the pool would end too far from the index price: trade less, or wait until the pool follows the index",
    "UB_UOA": "the pool cannot fill the whole size: it has too little liquidity",
    "V_GTSTBC": "the vault is full: the exchange takes no more collateral",
    "V_NEFC": "more than the free collateral cannot be withdrawn",
    "V_OSCT": "the vault does not take this coin as collateral",
    "V_ZA": "a deposit of 0 is refused",
    "AB_MNE": "the account is in as many markets as the exchange allows",
    "Pausable: paused": "the exchange is paused",
    "OLD": "the pool's history is too short for the exchange's average prices",
}


def explain(said: str) -> str:
    """What a node said of a revert, in words where the code is known; unchanged otherwise."""
    found = next((code for code in SENTENCES if re.search(rf"\b{code}\b", said)), None)
    return f"{SENTENCES[found]} ({found})" if found else said
