"""Dockerfile text -> tree, exactly as BuildKit reads it."""
