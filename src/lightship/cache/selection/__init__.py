"""What is sent of a build context, and what COPY, ADD and bind mounts select of it."""
