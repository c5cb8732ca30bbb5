"""The local chain that tests, demo and `scripts/devnet` run on.

origin     one anvil process, or a fork
roles      who acts, with which key
chain      a node driven by the one who runs it
artifacts  ABI and bytecode
tokens     our tokens and price feeds
wallets    what everyone holds at first
perp_v2    the exchange
launch     all of it deployed, seeded and delegated
state      the result as a value, and as a file for the commands
config     hedgekeeper's configuration for it
feeds      what the price feeds answer
market     prices, pool, time
spot       coins that come, go and accrue
heartbeat  blocks, where nobody has anything to mine
hyperliquid, hyperliquid_market   the exchange of tests/kit/hyperliquid beside the chain, and what its commands do
both       that one and the exchange of tests/kit/gmx together
exchanges  all of these, as the scripts see them
fixtures   one for pytest, fresh for each test
"""
