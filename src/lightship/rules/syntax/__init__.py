"""Syntax: old forms, and what BuildKit refuses or will refuse."""
