"""The services of a proof in the engine: whether their images are there, and what ran."""
