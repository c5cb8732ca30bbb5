"""`scripts/demo`: what hedgekeeper does, shown and proved on local chains and exchanges.

stage        a fresh local chain or a fork of it, and the commands as a user types them
proof        what the chain and the exchange know of it, not asked through hedgekeeper
one_venue    coins hedged, kept hedged and released
rescue       a price that runs away from a hedge, and what saves it
deleveraged  a price that falls, and an exchange that closes half of the short
two_venues   the same with two exchanges, one of which goes dark and one of which halts
"""
