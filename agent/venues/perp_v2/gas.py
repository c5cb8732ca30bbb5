"""Upper bounds of gas by call. Measured on the exchange's own code; the live chain's estimate replaces them."""

APPROVE = 100_000
"""46,000 measured; coins behind a proxy take more."""
DEPOSIT = 250_000
"""84,000 measured."""
OPEN = 1_500_000
"""448,000 (a full close) to 903,000 (a reduction after the price moved) measured; each tick crossed adds."""
