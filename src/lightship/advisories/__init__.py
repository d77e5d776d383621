"""The user's copy of OSV: read from archives, folders or the network, kept in one SQLite file."""
