"""The pages of the layer cache: their data, and the scripts that draw it."""
