"""Which base images a build has, and which others would fit it, as the tables tell."""
