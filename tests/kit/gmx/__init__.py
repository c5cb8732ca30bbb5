"""The local exchange that is shaped like GMX v2: one ETH market with a pool and a long to earn funding from.

keys        names of the data store, hashed
parameters  what the exchange is configured with
deployment  the contracts, wired to each other
state       where they are, as a value
orders      an account's orders, sent as the exchange's own front end does
keeper      prices, executions, liquidations, time and switches
launch      all of it deployed and seeded
offchain    the keeper that executes by itself, and the price service
devnet      all of it with wallets and an operator: what `scripts/devnet --venue gmx-v2` starts
market      what that one's commands do

It has GMX's encoding, states and refusals, and its arithmetic as far as one market of two tokens goes. It does not
swap, has no referrals, deposits, callbacks, virtual inventory or time-weighted orders, and keeps no part of an impact
back to be claimed later. A cost that the collateral cannot bear is not taken out of a profit in the other token.
WETH can be minted by the deployer; what was minted cannot be unwrapped.
"""
