"""Places that name an image or an action, and what pins them: of texts alone, without a network."""
