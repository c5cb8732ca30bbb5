from tests.kit.devnet.fixtures import devnet, origin

__all__ = ["devnet", "origin"]
