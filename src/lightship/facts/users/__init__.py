"""Who things run as."""
