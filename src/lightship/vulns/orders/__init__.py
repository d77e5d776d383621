"""The order of versions in each ecosystem: a text -> a key that Python compares."""
