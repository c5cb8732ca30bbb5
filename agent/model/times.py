"""Lengths of time, in the unit that the name ends with."""

HOUR_S = 3600
DAY_S = 24 * HOUR_S
YEAR_S = 365 * DAY_S
"""Coins trade every day; leap days are left out."""
HOUR_MS = HOUR_S * 1000
DAY_MS = DAY_S * 1000
