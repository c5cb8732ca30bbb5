# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Emits every event of the exchange, in one generic encoding
@license MIT
@notice A caller names the items of an event in one text, "first,second;third;": a semicolon ends
    a group, in the order address, uint, int, bool, bytes32, and the words are the items' values in the same order.
"""


import types
import seams


import roles
initializes: roles
exports: roles.roleStore


# EventLog, EventLog1 and EventLog2(address msgSender, string eventName, string indexed eventNameHash,
# [bytes32 indexed topic1, [bytes32 indexed topic2,]] EventLogData eventData)
_EVENT_LOG: constant(bytes32) = 0x7e3bde2ba7aca4a8499608ca57f3b0c1c1c93ace63ffd3741a9fab204146fc9a
_EVENT_LOG_1: constant(bytes32) = 0x137a44067c8961cd7e1d876f4754a5a3a75989b4552f1843fc69c3b372def160
_EVENT_LOG_2: constant(bytes32) = 0x468a25a7ba624ceea6e540ad6f49171b52495b648417ae91bca21676d8a24dc5


struct AddressItem:
    key: String[48]
    value: address
struct AddressList:
    key: String[48]
    value: DynArray[address, types.MAX_SWAPS]
struct AddressItems:
    items: DynArray[AddressItem, 8]
    arrayItems: DynArray[AddressList, 1]


struct UintItem:
    key: String[48]
    value: uint256
struct UintList:
    key: String[48]
    value: DynArray[uint256, 1]
struct UintItems:
    items: DynArray[UintItem, 32]
    arrayItems: DynArray[UintList, 1]


struct IntItem:
    key: String[48]
    value: int256
struct IntList:
    key: String[48]
    value: DynArray[int256, 1]
struct IntItems:
    items: DynArray[IntItem, 8]
    arrayItems: DynArray[IntList, 1]


struct BoolItem:
    key: String[48]
    value: bool
struct BoolList:
    key: String[48]
    value: DynArray[bool, 1]
struct BoolItems:
    items: DynArray[BoolItem, 4]
    arrayItems: DynArray[BoolList, 1]


struct Bytes32Item:
    key: String[48]
    value: bytes32
struct Bytes32List:
    key: String[48]
    value: DynArray[bytes32, types.MAX_DATA]
struct Bytes32Items:
    items: DynArray[Bytes32Item, 4]
    arrayItems: DynArray[Bytes32List, 1]


struct BytesItem:
    key: String[48]
    value: Bytes[1024]
struct BytesList:
    key: String[48]
    value: DynArray[Bytes[32], 1]
struct BytesItems:
    items: DynArray[BytesItem, 1]
    arrayItems: DynArray[BytesList, 1]


struct StringItem:
    key: String[48]
    value: String[128]
struct StringList:
    key: String[48]
    value: DynArray[String[32], 1]
struct StringItems:
    items: DynArray[StringItem, 1]
    arrayItems: DynArray[StringList, 1]


struct EventLogData:
    addressItems: AddressItems
    uintItems: UintItems
    intItems: IntItems
    boolItems: BoolItems
    bytes32Items: Bytes32Items
    bytesItems: BytesItems
    stringItems: StringItems


@deploy
def __init__(role_store: seams.RoleStore):
    roles.__init__(role_store)


@external
def emit_log(name: String[48], topics: DynArray[bytes32, 2], keys: String[1024], words: Bytes[2048]):
    roles._only_controller()
    self._emit(name, topics, self._items(keys, words))


@external
def emit_order(
    name: String[48], topics: DynArray[bytes32, 2], keys: String[1024], words: Bytes[2048], order: types.Order
):
    """
    @notice With the order's data list, and its swap path where it is created.
    """
    roles._only_controller()
    data: EventLogData = self._items(keys, words)
    if name == "OrderCreated":
        data.addressItems.arrayItems.append(AddressList(key="swapPath", value=order.addresses.swapPath))
    data.bytes32Items.arrayItems.append(Bytes32List(key="dataList", value=order.dataList))
    self._emit(name, topics, data)


@external
def emit_reason(
    name: String[48],
    topics: DynArray[bytes32, 2],
    keys: String[1024],
    words: Bytes[2048],
    text: String[128],
    text_key: String[8],
    reason: Bytes[1024],
):
    """
    @notice With a text, and the bytes of a reason where the text is one.
    """
    roles._only_controller()
    data: EventLogData = self._items(keys, words)
    if text_key == "reason":
        data.bytesItems.items.append(BytesItem(key="reasonBytes", value=reason))
    data.stringItems.items.append(StringItem(key=text_key, value=text))
    self._emit(name, topics, data)


@pure
@internal
def _items(keys: String[1024], words: Bytes[2048]) -> EventLogData:
    data: EventLogData = empty(EventLogData)
    group: uint256 = 0
    start: uint256 = 0
    place: uint256 = 0
    for i: uint256 in range(len(keys), bound=1024):
        letter: String[1] = slice(keys, i, 1)
        if letter != "," and letter != ";":
            continue
        if i > start:
            key: String[48] = convert(slice(keys, start, i - start), String[48])
            if group == 0:
                subject: address = extract32(words, place, output_type=address)
                data.addressItems.items.append(AddressItem(key=key, value=subject))
            elif group == 1:
                data.uintItems.items.append(UintItem(key=key, value=extract32(words, place, output_type=uint256)))
            elif group == 2:
                data.intItems.items.append(IntItem(key=key, value=extract32(words, place, output_type=int256)))
            elif group == 3:
                flag: uint256 = extract32(words, place, output_type=uint256)
                data.boolItems.items.append(BoolItem(key=key, value=flag != 0))
            else:
                data.bytes32Items.items.append(Bytes32Item(key=key, value=extract32(words, place)))
            place += 32
        start = i + 1
        if letter == ";":
            group += 1
    assert place == len(words), "event: as many words as keys"
    return data


@internal
def _emit(name: String[48], topics: DynArray[bytes32, 2], data: EventLogData):
    body: Bytes[16800] = abi_encode(msg.sender, name, data)
    if len(topics) == 0:
        raw_log([_EVENT_LOG, keccak256(name)], body)
    elif len(topics) == 1:
        raw_log([_EVENT_LOG_1, keccak256(name), topics[0]], body)
    else:
        raw_log([_EVENT_LOG_2, keccak256(name), topics[0], topics[1]], body)
