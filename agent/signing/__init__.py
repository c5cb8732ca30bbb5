"""The vault: the only room that sees a key."""

from agent.signing.evm import EvmSigner
from agent.signing.keys import Key, KeyPlace, load_key
from agent.signing.keystore import create_keystore
from agent.signing.secret import Secret
from agent.signing.vault import LocalVault, Signer

__all__ = ["EvmSigner", "Key", "KeyPlace", "LocalVault", "Secret", "Signer", "create_keystore", "load_key"]
