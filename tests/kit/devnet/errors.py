"""What the local chain says when it cannot do what was asked."""


class DevnetError(Exception):
    """Says what is missing and what to do about it."""


class Reverted(DevnetError):
    """A transaction of the devnet was refused by a contract."""
