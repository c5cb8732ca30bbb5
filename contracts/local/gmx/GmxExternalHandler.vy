# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Calls others in a name of its own
@license MIT
"""


@external
def makeExternalCalls(
    targets: DynArray[address, 4],
    data: DynArray[Bytes[4096], 4],
    refundTokens: DynArray[address, 4],
    refundReceivers: DynArray[address, 4],
):
    """
    @notice It never holds tokens here, so it has none to give back.
    """
    for i: uint256 in range(len(targets), bound=4):
        if not targets[i].is_contract:
            raw_revert(abi_encode(targets[i], method_id=method_id("InvalidExternalCallTarget(address)")))
        done: bool = False
        answer: Bytes[1024] = b""
        done, answer = raw_call(targets[i], data[i], max_outsize=1024, revert_on_failure=False)
        if not done:
            raw_revert(abi_encode(answer, method_id=method_id("ExternalCallFailed(bytes)")))
