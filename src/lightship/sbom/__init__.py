"""What is in an image: its bill of materials, as plain data."""
