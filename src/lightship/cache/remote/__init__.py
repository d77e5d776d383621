"""Caches outside the builder, as `--cache-to` writes and `--cache-from` reads them."""
