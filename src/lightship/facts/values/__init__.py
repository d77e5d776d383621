"""What words and variables stand for, as far as a Dockerfile tells."""
