"""The databases of package managers, one file each: `packages(kept)` gives what they list,
and touches nothing else.

All they read is hostile: what is not a database is an ImageError in a sentence, or is skipped.
"""
