"""Caching: which layers are built again, and which are stale."""
