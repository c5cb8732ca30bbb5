"""Perp v2 (Curie): an exchange inside one chain, where a trade fills in its own transaction."""
