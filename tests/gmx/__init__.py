"""The local GMX-shaped exchange: against recorded behaviour of the real contracts, and on its own."""
