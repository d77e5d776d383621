"""The build context: its files, and what `.dockerignore` leaves out of it."""
