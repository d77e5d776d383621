"""Style: what changes nothing in the image."""
