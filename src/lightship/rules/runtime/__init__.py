"""Runtime: how the container starts, stops and is reached."""
