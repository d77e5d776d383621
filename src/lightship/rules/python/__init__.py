"""How Python and its packages are installed."""
