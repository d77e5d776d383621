"""What `lightship vulns` does: the user's copy of OSV, and what it says of packages."""
