"""hedgekeeper: hedges coins that stay in your own wallet."""

__version__ = "0.1.0"
