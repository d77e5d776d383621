"""What a Python project is, by its manifests and lock files; nothing of it is run."""
