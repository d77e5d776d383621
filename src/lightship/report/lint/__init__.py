"""Findings, fixes and rules, shown: one file per format."""
