"""Builds in CI as text, JSON and Markdown."""
