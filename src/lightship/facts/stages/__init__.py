"""What stages are made of, and how one becomes two."""
