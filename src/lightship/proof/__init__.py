"""What is said of two versions that were built, run and measured: figures, facts, the verdict."""
