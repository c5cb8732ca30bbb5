"""Prices from outside the venues."""
