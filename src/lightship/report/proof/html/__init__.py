"""The pages of a proof and of a trend: their data, and the scripts that draw it."""
