"""The vault: the only room that sees a key."""
