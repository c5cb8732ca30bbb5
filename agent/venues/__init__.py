"""One folder per exchange; none knows of another."""
