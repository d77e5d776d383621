"""Sums, fast."""

from fastsum._sum import total

__all__ = ["total"]
