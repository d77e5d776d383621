"""How a repository builds its images, as text and as JSON."""
