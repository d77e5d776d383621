"""BuildKit's conversion of a Dockerfile, without building: what holds before each instruction."""
