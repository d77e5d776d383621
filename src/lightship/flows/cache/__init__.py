"""From what a user names to builds whose cache keys can be worked out."""
