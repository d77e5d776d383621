"""The reports of proofs: one proof in every format, a kept one read back, and the trend of several."""
