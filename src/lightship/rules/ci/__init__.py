"""Rules about builds in CI: their caches, and what they are sent."""
