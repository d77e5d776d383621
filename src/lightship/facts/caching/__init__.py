"""Where package managers keep their caches, and which of them are mounted."""
