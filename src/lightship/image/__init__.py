"""What an image is: its manifest, its layers, the files in them, and what becomes of each."""
