"""What stages are made of, and what they hand to one another."""
