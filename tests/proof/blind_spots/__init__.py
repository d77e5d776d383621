"""Changes whose verdict is known beforehand, and that a proof could overlook: small pairs of Dockerfile and program."""
