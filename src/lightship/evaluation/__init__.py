"""BuildKit's conversion of a Dockerfile, without building: the state before each instruction."""
