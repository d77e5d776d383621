"""What a Python project is: its dependencies, lock, Python versions, build backend, framework and entry point."""
