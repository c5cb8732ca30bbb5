"""The local exchange for each test, taken back afterwards."""

from tests.kit.devnet.fixtures import devnet, origin

__all__ = ["devnet", "origin"]
