"""What RUN makes, changes and removes of the files in an image."""
