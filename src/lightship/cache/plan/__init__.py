"""The steps of a build, and what the cache key of each depends on; no file is looked at yet."""
