"""What is to be said of an image: owners, lines, risks, advice, and whether it keeps within limits."""
