"""Numbers and names as people read them: beneath everything that prints."""
