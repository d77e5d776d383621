"""What lightship.toml, pyproject.toml or .hadolint.yaml say, and where it was found."""
