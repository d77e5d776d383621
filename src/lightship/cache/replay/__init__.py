"""A history of commits, built one after the other without building."""
