"""The EVM wire, on web3: batches, pins, fail-over, fees, nonces, forks. The only room that imports web3."""
