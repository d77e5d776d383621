"""Versions written, built, run and measured; what came of it is judged by `proof`."""
