"""Compose files: which belong together, what each says of a service, and how they are merged."""
