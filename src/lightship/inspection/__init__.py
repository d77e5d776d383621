"""What lightship reports about an image: owners, lines, risks, advice, and its limits."""
