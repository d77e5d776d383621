"""What lightship reports about an image: owners, lines, risks, advice, and whether it meets the limits."""
