"""A small world with three exchanges, as unlike each other as real ones, and all that the line needs to trade there.

`sync` fills within the transaction, `keeper` when an outsider executes the order, `message` is a signed request
without a chain. One fee market, blocks that can be reorganised, sources that can go dark, lag or lose an answer.
"""
