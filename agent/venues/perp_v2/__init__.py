"""Perp v2 (Curie): real, third-party exchange code, deployed on a local chain from its published artifacts."""
