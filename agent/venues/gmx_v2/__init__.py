"""GMX v2: orders that a keeper executes later, on contracts whose answers change with each release."""
