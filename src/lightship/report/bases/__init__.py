"""Base images and what else they might be, as text, JSON and Markdown."""
