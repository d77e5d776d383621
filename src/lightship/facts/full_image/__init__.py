"""What of a full image the stages on it use, so that a slim one would not do."""
