"""Known vulnerabilities, and the state of the copy of OSV, in each format."""
