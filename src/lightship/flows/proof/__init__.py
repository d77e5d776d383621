"""From what a user names to versions that are built, run and judged, and proofs that are kept."""
