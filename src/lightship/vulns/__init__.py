"""Which packages have known vulnerabilities: versions, ranges and records, as plain data."""
