"""EIP-1559 transactions: signed, then read back from the signed bytes before they leave the room."""

from eth_utils.crypto import keccak

from agent.errors import Refused
from agent.firewall import Rule
from agent.model import Address, EvmTx, Name, Payload, Signed, value
from agent.signing.keys import Key


@value
class EvmSigner:
    """The key of one EVM lane."""

    key: Key
    chain_id: int

    @property
    def address(self) -> Address:
        return self.key.address

    def seal(self, venue: Name, payload: Payload) -> Signed:
        """Signed bytes that decode to exactly this payload, named by their transaction hash; else Refused.

        Deterministic (RFC 6979): the same payload gives the same bytes.
        """
        if not isinstance(payload, EvmTx):
            raise Refused(Rule.DIALECT, "a message", "an EVM transaction")
        fields = self._fields(payload)
        raw = self.key.secret.use(lambda key: _sign(fields, key))
        if _read_back(raw) != (fields, self.address):
            raise Refused(Rule.SIGNATURE, f"nonce {payload.nonce}: the signed bytes say something else")
        return Signed(venue=venue, payload=payload, raw=raw, ref=f"0x{keccak(raw).hex()}")

    def _fields(self, tx: EvmTx) -> dict[str, object]:
        """By the names of EIP-1559, everything that is signed."""
        return {
            "type": 2,
            "chainId": self.chain_id,
            "nonce": tx.nonce,
            "to": bytes.fromhex(tx.to.removeprefix("0x")),
            "value": tx.value,
            "data": tx.data,
            "gas": tx.gas,
            "maxFeePerGas": tx.max_fee,
            "maxPriorityFeePerGas": tx.tip,
            "accessList": (),
        }


def _sign(fields: dict[str, object], key: bytes) -> bytes:
    from eth_account import Account

    return bytes(Account.from_key(key).sign_transaction(fields).raw_transaction)


def _read_back(raw: bytes) -> tuple[dict[str, object], str]:
    """The fields and the signer, from the bytes alone."""
    from eth_account import Account
    from eth_account.typed_transactions.typed_transaction import TypedTransaction
    from hexbytes import HexBytes

    fields = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
    unsigned = {name: field for name, field in fields.items() if name not in ("v", "r", "s")}
    return unsigned, Account.recover_transaction(raw)
