"""The batching contract that one step of the recording goes through; the agent itself batches by JSON-RPC."""

from agent.venues.gmx_v2.abi import Function


class Multicall3:
    AGGREGATE3 = Function(
        "aggregate3((address target, bool allowFailure, bytes callData)[] calls) "
        "returns ((bool success, bytes returnData)[] returnData)"
    )
    ETH_BALANCE = Function("getEthBalance(address addr) returns (uint256 balance)")
