"""Proofs, shown: one in every format, a kept one read back, and the trend of several."""
