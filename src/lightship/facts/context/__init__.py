"""What of the build context is used, and what its ignore file makes of it."""
