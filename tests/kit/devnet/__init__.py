"""The local chain that tests, demo and `scripts/devnet` run on.

origin     one anvil process, or a fork
roles      who acts, with which key
chain      a node driven by the one who runs it
artifacts  ABI and bytecode
tokens     our tokens and price feeds
perp_v2    the exchange
launch     all of it deployed, seeded and delegated
state      the result as a value, and as a file for the commands
config     hedgekeeper's configuration for it
market     prices, pool, time
spot       coins that come, go and accrue
fixtures   one for pytest, fresh for each test
"""
