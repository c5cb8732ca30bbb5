from eth_utils.address import to_checksum_address

from agent.chain.movements import movements
from agent.evm import topic
from agent.evm_slot import Log
from agent.model import Address, Movement

TOKEN = Address(to_checksum_address(b"\xaa" * 20))
OURS, VENUE, STRANGER = (Address(to_checksum_address(bytes([n]) * 20)) for n in (0xBB, 0xCC, 0xDD))
TRANSFER, APPROVAL = topic("Transfer(address,address,uint256)"), topic("Approval(address,address,uint256)")


def word(address: Address) -> bytes:
    return bytes.fromhex(address[2:]).rjust(32, b"\0")


def log(event: bytes, source: Address, target: Address, amount: int, *, indexed: bool = False) -> Log:
    tail = amount.to_bytes(32)
    topics = (event, word(source), word(target), *((tail,) if indexed else ()))
    return Log(address=TOKEN, topics=topics, data=b"" if indexed else tail)


def test_events__that_touch_us_on_either_side__are_movements() -> None:
    logs = (log(TRANSFER, OURS, VENUE, 5), log(TRANSFER, VENUE, OURS, 6), log(APPROVAL, OURS, VENUE, 7))
    assert [(m.kind, m.source, m.target, m.amount) for m in movements(logs, {OURS})] == [
        ("Transfer", OURS, VENUE, 5),
        ("Transfer", VENUE, OURS, 6),
        ("Approval", OURS, VENUE, 7),
    ]


def test_events__of_others_and_of_another_kind__are_none() -> None:
    other = Log(address=TOKEN, topics=(topic("Deposit(address,uint256)"), word(OURS)), data=b"")
    assert list(movements((log(TRANSFER, VENUE, STRANGER, 5), other), {OURS})) == []


def test_a_token_with_an_id__moves_that_id() -> None:
    moved = Movement(kind="Transfer", token=TOKEN, source=OURS, target=STRANGER, amount=42)
    assert list(movements((log(TRANSFER, OURS, STRANGER, 42, indexed=True),), {OURS})) == [moved]


def test_an_address_of_ours__written_without_its_checksum__is_still_ours() -> None:
    assert len(list(movements((log(TRANSFER, OURS, VENUE, 5),), {Address(OURS.lower())}))) == 1
