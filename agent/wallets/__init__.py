"""Spot in self-custody: watched, never signed for."""
