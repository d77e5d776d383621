"""Base images: what FROM names."""
