"""Who is who on the local chain. Their keys follow from a public mnemonic: never send them real money."""

from enum import StrEnum
from functools import cache

from eth_account import Account
from eth_account.hdaccount import key_from_seed, seed_from_mnemonic
from eth_typing import ChecksumAddress

from agent.model.base import value

MNEMONIC = "test test test test test test test test test test test junk"
DERIVATION_PATH = "m/44'/60'/7'/0/"
"""Away from anvil's default accounts, which every fork finds rich."""


class Role(StrEnum):
    """In the order of the mnemonic's accounts."""

    DEPLOYER = "deployer"
    MAKER = "maker"
    OPERATOR = "operator"
    ACCOUNT = "account"
    OWNER = "owner"
    COLD1 = "cold1"
    COLD2 = "cold2"
    ARBITRAGEUR = "arbitrageur"
    STRANGER = "stranger"
    KEEPER = "keeper"
    AGENT = "agent"
    """The key that may trade for the account where orders are messages, and do nothing else."""


@value
class Actor:
    address: ChecksumAddress
    key: str


@cache
def actor(role: Role) -> Actor:
    account = Account.from_key(key_from_seed(_seed(), f"{DERIVATION_PATH}{list(Role).index(role)}"))
    return Actor(address=account.address, key=account.key.to_0x_hex())


@cache
def _seed() -> bytes:
    return seed_from_mnemonic(MNEMONIC, "")
