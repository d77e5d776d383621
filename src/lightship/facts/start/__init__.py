"""What an image starts, and what that is."""
