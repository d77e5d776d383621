"""Edits of a Dockerfile, in whole lines, in scripts, in words."""
