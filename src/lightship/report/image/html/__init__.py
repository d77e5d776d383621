"""The pages of one image and of two: their data, and the scripts that draw it."""
