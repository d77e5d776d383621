"""Stages: their names, and how they depend on each other."""
