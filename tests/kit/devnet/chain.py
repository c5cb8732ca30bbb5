"""A node seen by the one who runs it: deploys, sends from unlocked accounts, moves time, goes back."""

import time
from itertools import count
from typing import Any

from eth_typing import ChecksumAddress, HexStr
from web3 import HTTPProvider, Web3
from web3.contract import Contract
from web3.exceptions import TransactionNotFound
from web3.types import Nonce, RPCEndpoint, TxReceipt
from web3.utils.address import get_create_address

from tests.kit.devnet.artifacts import artifact
from tests.kit.devnet.errors import DevnetError, Reverted

_GAS = 15_000_000
_RECEIPT_DEADLINE_S = 20


class Chain:
    def __init__(self, url: str) -> None:
        self.url = url
        self.web3 = Web3(HTTPProvider(url))

    def rpc(self, method: str, *params: Any) -> Any:
        answer = self.web3.provider.make_request(RPCEndpoint(method), list(params))
        if "error" in answer:
            raise DevnetError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def at(self, name: str, address: ChecksumAddress) -> Contract:
        return self.web3.eth.contract(address=address, abi=artifact(name).abi)

    def deploy(self, name: str, *args: Any, sender: ChecksumAddress) -> Contract:
        built = artifact(name)
        creation = self.web3.eth.contract(abi=built.abi, bytecode=built.bytecode).constructor(*args)
        receipt = self._land({"from": sender, "data": creation.data_in_transaction})
        address = receipt["contractAddress"]
        assert address is not None
        return self.at(name, address)

    def send(self, contract: Contract, method: str, *args: Any, sender: ChecksumAddress, wei: int = 0) -> TxReceipt:
        data = contract.encode_abi(method, args=args)
        return self._land({"from": sender, "to": contract.address, "data": data, "value": hex(wei)})

    def pay(self, to: ChecksumAddress, wei: int, *, sender: ChecksumAddress) -> TxReceipt:
        return self._land({"from": sender, "to": to, "value": hex(wei)})

    def skip_nonces(self, sender: ChecksumAddress, *, until_address_above: ChecksumAddress) -> None:
        """Until the sender's next contract sorts above that address."""
        next_nonce = self.web3.eth.get_transaction_count(sender)
        addresses = ((nonce, get_create_address(sender, Nonce(nonce))) for nonce in count(next_nonce))
        chosen = next(nonce for nonce, address in addresses if int(address, 16) > int(until_address_above, 16))
        self.rpc("anvil_setNonce", sender, hex(chosen))

    def warp(self, seconds: int) -> None:
        self.rpc("evm_increaseTime", seconds)
        self.rpc("evm_mine")

    def now(self) -> int:
        return self.web3.eth.get_block("latest")["timestamp"]

    def snapshot(self) -> str:
        return str(self.rpc("evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        if not self.rpc("evm_revert", snapshot):
            raise DevnetError(f"{self.url} has no snapshot {snapshot}: it was reverted before.")

    def _land(self, transaction: dict[str, Any]) -> TxReceipt:
        sent = self.rpc("eth_sendTransaction", transaction | {"gas": hex(_GAS)})
        receipt = self._receipt(sent)
        if receipt["status"] == 0:
            raise Reverted(self._reason(transaction, receipt))
        return receipt

    def _receipt(self, sent: str) -> TxReceipt:
        deadline = time.monotonic() + _RECEIPT_DEADLINE_S
        while time.monotonic() < deadline:
            try:
                return self.web3.eth.get_transaction_receipt(HexStr(sent))
            except TransactionNotFound:
                time.sleep(0.001)
        raise DevnetError(f"{self.url} did not mine {sent} within {_RECEIPT_DEADLINE_S} s.")

    def _reason(self, transaction: dict[str, Any], receipt: TxReceipt) -> str:
        """The receipt does not say why: the same call on the state before does."""
        try:
            self.rpc("eth_call", transaction, hex(receipt["blockNumber"] - 1))
        except DevnetError as refusal:
            return str(refusal)
        return f"{receipt['transactionHash'].to_0x_hex()} reverted, but the same call before it does not."
