"""A local Hyperliquid: REST, signatures, matching, margin, funding, liquidations, and what goes wrong.

Written from the public documentation, not from a client, and shares no code with one. What the documentation leaves
open is chosen by a seed.

exchange      for tests: move prices, time and accounts; break things; read what happened
server        the exchange on a loopback port
control       the same methods for another process
process       the exchange as a process of its own
hyperevm      its state behind HyperEVM's read precompiles, on a local chain

gateway       bytes in, bytes out: limits, faults, log
engine        what falls due as time passes
requests      shape, signer, authority (canonical, signatures, replay)
actions       what each action does
info          what can be asked
matching      orders meet the book (orders, book, checks, triggers)
clearing      trades move positions (accounts, margin, funding, liquidation)
state         all of it as data (universe, records)
unknowns      what nobody has documented
amounts, refusals, clock, limits, faults   the small parts
"""
