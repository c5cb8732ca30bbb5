"""Which of the logged events moved or allowed to move what is ours."""

from collections.abc import Iterable, Iterator, Set

from eth_utils.address import to_checksum_address

from agent.evm import topic
from agent.evm_slot import Log
from agent.model import Address, Movement

KINDS = {
    topic("Transfer(address,address,uint256)"): "Transfer",
    topic("Approval(address,address,uint256)"): "Approval",
}
"""ERC-20, and ERC-721 with the token id as the amount."""


def movements(logs: Iterable[Log], ours: Set[Address]) -> Iterator[Movement]:
    mine = {to_checksum_address(address) for address in ours}
    for log in logs:
        if len(log.topics) < 3 or log.topics[0] not in KINDS:
            continue
        source, target = (Address(to_checksum_address(word[-20:])) for word in log.topics[1:3])
        if mine & {source, target}:
            amount = int.from_bytes(b"".join(log.topics[3:]) or log.data)
            yield Movement(kind=KINDS[log.topics[0]], token=log.address, source=source, target=target, amount=amount)
