"""What lightship reports about a build context: what is sent, what is copied, what decides."""
