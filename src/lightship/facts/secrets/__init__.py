"""What is a secret, and where it goes."""
