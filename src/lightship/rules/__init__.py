"""Rules, one folder per theme and one file per rule; found by `lightship.lint.registry`."""
