"""Rules over a Build: findings, which rules run, comments that silence them, and fixes."""
