"""What would have kept more hits over a history."""
