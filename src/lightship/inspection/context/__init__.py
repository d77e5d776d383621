"""What lightship reports about a build context: what is sent, what of it is copied, what decides about a path."""
