"""Hyperliquid: signed messages to an order book, an agent key that trades and cannot withdraw."""
