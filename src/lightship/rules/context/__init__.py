"""The build context: what is sent, and what is copied from it."""
