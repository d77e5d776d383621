"""The reports of the layer cache: two builds explained, a history replayed, advice."""
