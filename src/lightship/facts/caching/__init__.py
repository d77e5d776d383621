"""What BuildKit does again after a change: dependencies, sources, variables, cache mounts."""
