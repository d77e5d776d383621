"""Security: secrets, users and what is trusted."""
