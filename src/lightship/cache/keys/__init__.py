"""The cache key of each step, for the files of one moment."""
