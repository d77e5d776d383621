"""A bill of materials in each format."""
