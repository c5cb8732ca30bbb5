# pragma version ~=0.4.3
# pragma optimize codesize
"""
@title Many calls in one, as Multicall3 makes them
@license MIT
"""


struct Call:
    target: address
    allowFailure: bool
    callData: Bytes[4096]


struct Result:
    success: bool
    returnData: Bytes[8192]


@payable
@external
def aggregate3(calls: DynArray[Call, 16]) -> DynArray[Result, 16]:
    results: DynArray[Result, 16] = []
    for call: Call in calls:
        done: bool = False
        answer: Bytes[8192] = b""
        done, answer = raw_call(call.target, call.callData, max_outsize=8192, revert_on_failure=False)
        assert done or call.allowFailure, "Multicall3: call failed"
        results.append(Result(success=done, returnData=answer))
    return results


@view
@external
def getEthBalance(addr: address) -> uint256:
    return addr.balance
