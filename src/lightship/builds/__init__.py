"""How a repository builds its images: where it is written, read without running anything."""
