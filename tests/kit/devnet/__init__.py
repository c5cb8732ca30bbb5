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
exchanges  this exchange, and the one of tests/kit/gmx, as the scripts see them
fixtures   one for pytest, fresh for each test
"""
