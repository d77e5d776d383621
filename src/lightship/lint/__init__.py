"""Rules over a Build: what a finding is, which rules run, which comments silence them, and fixes."""
