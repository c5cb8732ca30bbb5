"""Hyperliquid against the local exchange, without a socket."""
