"""What is pinned, as text, JSON and a diff."""
