"""What RUN does with package managers, and with what it fetches."""
